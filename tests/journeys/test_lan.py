"""On a network of one's own: over HTTPS by the made authority the app is kept by the phone and starts offline."""

import base64
import hashlib
import shutil
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Playwright, expect

from tests.journeys.phone import Phone
from tests.server.lan.served import Served


def test_the_app_is_kept_by_a_phone_that_trusts_the_authority(
    playwright: Playwright, demo_data: Path, tmp_path: Path
) -> None:
    shutil.copytree(demo_data / "data", tmp_path / "data")
    served = Served(tmp_path)
    served.start()
    phone = Phone(playwright, tmp_path / "profile", f"https://localhost:{served.port}")
    try:
        phone.trusted = _key_of(served.folder / "data/lan/server.crt")
        page = phone.open()
        page.get_by_label("工号").fill("inspector")
        page.get_by_label("密码", exact=True).fill(served.passwords()["inspector"])
        page.get_by_role("button", name="登录", exact=True).click()
        expect(page.get_by_role("heading", level=1, name="今天")).to_be_visible()
        phone.ready_for_offline()
        phone.offline()
        page.reload()
        expect(page.get_by_role("heading", level=1, name="今天")).to_be_visible()
        assert page.evaluate("() => isSecureContext && !!navigator.mediaDevices && !!crypto.subtle")
        assert phone.complaints == []
    finally:
        phone.close()
        served.stop()


def _key_of(certificate: Path) -> str:
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    told = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(told).digest()).decode()
