"""`serve`: the department's system of record, for real use."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from assay.errors import UserError
from assay.site import run


def main(argv: list[str]) -> int:
    """Migrate, check, serve. Needs a data folder; DATABASE_URL names PostgreSQL instead of SQLite."""
    options = argparse.ArgumentParser(
        prog="./assay serve", description="Serve the department's pages."
    )
    options.add_argument("--data", type=Path, default=Path("data"), help="the data folder (data)")
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8000)
    options.add_argument(
        "--workers", type=int, default=0, help="processes (default 1; 2 on PostgreSQL)"
    )
    options.add_argument("--name", action="append", default=[], help="a host name it answers to")
    options.add_argument("--cert", type=Path, help="a certificate (PEM): serve by HTTPS")
    options.add_argument("--key", type=Path, help="its private key (PEM)")
    options.add_argument(
        "--behind-proxy",
        action="store_true",
        help="HTTPS ends at a proxy on this machine, which sets X-Forwarded-Proto and -For",
    )
    args = options.parse_args(argv)
    tls = _https(args.cert, args.key, args.behind_proxy)
    if not args.data.is_dir() and not os.environ.get("DATABASE_URL"):
        raise UserError(
            f"{args.data}: no such data folder; begin with ./assay new-company --data {args.data}"
        )
    if args.name:
        os.environ["ASSAY_HOSTS"] = ",".join(["127.0.0.1", "localhost", *args.name])
    os.environ.pop("ASSAY_DEMO", None)
    port = run.free_port(args.host, args.port, 1)
    run.call(args.data, "ready_to_serve")
    print(f"http{'s' if tls else ''}://{args.host}:{port}/  (stop with Ctrl-C)", flush=True)
    workers = args.workers or (2 if os.environ.get("DATABASE_URL") else 1)
    run.serve(args.host, port, workers, tls)
    return 0


def _https(cert: Path | None, key: Path | None, proxied: bool) -> tuple[Path, Path] | None:
    """Certificate and key to serve by; the settings learn by ASSAY_HTTPS what stands before them."""
    if bool(cert) != bool(key) or (cert and proxied):
        raise UserError("HTTPS: --cert and --key together, or --behind-proxy alone")
    for path in (cert, key):
        if path is not None and not path.is_file():
            raise UserError(f"{path}: no such file")
    os.environ["ASSAY_HTTPS"] = "own" if cert else "proxy" if proxied else ""
    return (cert, key) if cert and key else None
