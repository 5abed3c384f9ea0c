"""An OpenID Connect provider on loopback: real codes, real signatures, one person who agrees."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "yeap", "provider-secret"


class Provider:
    """What the provider knows; ``claims`` is the person who is signed in there."""

    def __init__(self, url):
        self.url = url
        self.key = self.shown_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims = {}
        self.codes = {}
        self.audience = CLIENT

    def authorize(self, asked):
        """Agree at once; return where the browser is sent."""
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, sent):
        """Return a token for a code that was given once, to who knows the secret and the PKCE."""
        asked = self.codes.pop(sent.get("code"), None)
        if asked is None or (sent.get("client_id"), sent.get("client_secret")) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.url, "aud": self.audience, "iat": now, "exp": now + 60, **self.claims}
        signed = jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "1"})
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": signed}

    def pages(self):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.shown_key.public_key()))
        return {
            "/.well-known/openid-configuration": {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            },
            "/keys": {"keys": [{**public, "kid": "1", "alg": "RS256", "use": "sig"}]},
        }


def _flat(query):
    return {name: values[0] for name, values in parse_qs(query).items()}


@contextmanager
def running():
    """Serve a provider; yield it."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self, status, body, **headers):
            content = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self):
            asked = urlsplit(self.path)
            if asked.path == "/authorize":
                self.answer(302, {}, Location=provider.authorize(_flat(asked.query)))
            else:
                self.answer(200, provider.pages()[asked.path])

        def do_POST(self):
            length = int(self.headers["Content-Length"])
            self.answer(*provider.token(_flat(self.rfile.read(length).decode())))

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
