#!/usr/bin/env python3
"""Checks what a policy of redaction links: nothing but what it needs.

  policy_links.py NONE DEFAULT HASHES

The modules, with their names, of one handler under kNoRedaction, under the default policy, and under one
with hashes. The first has no code of redaction, but for what asks the policy and one question about the
parts of a URL; the second has no hash and asks for no secret; the third has both: so the search finds what
there is.
"""

import re
import subprocess
import sys

REDACTION = re.compile(
    r"^afterglow::redact::"
    r"|^afterglow::detail::(decide|apply|scrub_\w+|judge_value|redact_value|write_\w+|set_hash_key|read_hash_key)\b")
HASH = re.compile(r"[Ss]ha256|hmac|write_(keyed_)?hash|set_hash_key|read_hash_key|host::secret")
# What asks, small and inline where the compiler likes, and what `record::split_url` needs whatever the policy:
# no host that may be a piece of a password.
ALLOWED = re.compile(
    r"^afterglow::redact::(Redactor::|Decision::|Sink::(Sink|size)\b|secret_name\b|may_be_user_info\b"
    r"|\(anonymous namespace\)::has_port_or_user\b)")


def functions(module):
    text = subprocess.run(["wasm-objdump", "-x", "-j", "Function", module],
                          check=True, capture_output=True, text=True).stdout
    names = re.findall(r"^ - func\[\d+\] sig=\d+ <(.*)>$", text, re.MULTILINE)
    if not names:
        sys.exit(f"{module} carries no names")
    return names


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    none, default, hashes = (functions(module) for module in sys.argv[1:])
    findings = [f"kNoRedaction links {name}" for name in none
                if REDACTION.search(name) and not ALLOWED.search(name)]
    findings += [f"kNoRedaction links {name}" for name in none if HASH.search(name)]
    findings += [f"the default policy links {name}" for name in default if HASH.search(name)]
    if not any(REDACTION.search(name) and not ALLOWED.search(name) for name in default):
        findings.append("no code of redaction is found under the default policy: the search is blind")
    if not any(HASH.search(name) for name in hashes):
        findings.append("no hash is found under a policy with hashes: the search is blind")
    count = sum(1 for name in default if REDACTION.search(name))
    print(f"functions of redaction: {count} under the default policy")
    if findings:
        sys.exit("\n".join(findings))


if __name__ == "__main__":
    main()
