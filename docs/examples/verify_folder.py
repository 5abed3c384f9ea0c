"""Check an auditor's folder (FILE.zip, or the folder it was unpacked to) without the application.

    python3 docs/examples/verify_folder.py FILE.zip [DIGEST]

DIGEST is the one that was printed when the folder was made. Needs nothing but Python.
Exit 0: everything fits; 1: something does not, and is named; 2: this is no such folder.
"""

import csv
import io
import sys
import zipfile
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

MARK = b"sha256:"


def differences(files: dict[str, bytes], digest: str) -> list[str]:
    """Return what does not fit, in words."""
    sums, seal = files.pop("SHA256SUMS"), files.pop("SEAL")
    found = sha256(sums).hexdigest()
    wrong = [] if seal == f"{found}\n".encode() else ["SEAL does not fit SHA256SUMS"]
    if digest and digest != found:
        wrong.append(f"The folder is another one: its digest is {found}")
    lines = [line.split("  ", 1) for line in sums.decode().splitlines()]
    listed = {name: of_file for of_file, name in lines}
    wrong += [f"{name} is missing" for name in listed if name not in files]
    wrong += [f"{name} is not listed" for name in files if name not in listed]
    wrong += [
        f"{name} was changed"
        for name, content in files.items()
        if name in listed and sha256(content).hexdigest() != listed[name]
    ]
    return wrong + ([] if wrong else arithmetic(files))


def arithmetic(files: dict[str, bytes]) -> list[str]:
    """Reckon the plan's mean from its indicators, and each edition's checksum."""
    rows = {name: list(csv.DictReader(io.StringIO(files[f"{name}.csv"].decode("utf-8-sig"))))
            for name in ("figures", "summary", "editions")}  # fmt: skip
    ids = {row["id"] for row in rows["figures"] if not row["counted_with"]}
    scored = [(Decimal(row["weight"]), Decimal(row["score"])) for row in rows["figures"]
              if row["score"] and row["counted_with"] not in ids]  # fmt: skip
    plan = next(row for row in rows["summary"] if row["level"] == "plan")
    weights = sum(weight for weight, _score in scored)
    if scored and plan["mean"]:
        mean = sum((weight * score for weight, score in scored), Decimal()) / weights
        if abs(mean - Decimal(plan["mean"])) > Decimal("1e-12"):
            return [f"The plan's mean is {mean}, summary.csv says {plan['mean']}"]
    return [f"{row['path']} does not fit its checksum" for row in rows["editions"]
            if sha256(files[row["path"]]).hexdigest() != row["sha256"]]  # fmt: skip


def read(path: Path) -> dict[str, bytes]:
    """Return the files by name; {} for a zip that is not, byte for byte, what was written."""
    if path.is_dir():
        found = {each.relative_to(path).as_posix(): each for each in path.rglob("*")}
        return {name: each.read_bytes() for name, each in found.items() if each.is_file()}
    data = path.read_bytes()
    before, _mark, comment = data.rpartition(MARK)
    if comment != sha256(before).hexdigest().encode():
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as zip:
        return {name: zip.read(name) for name in zip.namelist()}


def main() -> int:
    if len(sys.argv) not in (2, 3):
        print(__doc__)
        return 2
    path = Path(sys.argv[1])
    try:
        files = read(path)
        if not files and path.is_file():
            wrong = ["The zip file was changed, or is no auditor's folder."]
        else:
            wrong = differences(files, sys.argv[2] if len(sys.argv) == 3 else "")
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        print(f"This is no auditor's folder: {error}")
        return 2
    print("\n".join(wrong) or f"Everything fits: {len(files)} files.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
