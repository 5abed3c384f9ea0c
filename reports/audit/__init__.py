"""The auditor's folder of a plan's year: where every figure comes from, checkable without us.

``people`` says who without names, ``tables`` what the folder holds, ``folder`` writes it.
"""
