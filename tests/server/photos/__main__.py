"""The tests of photos with their store in an S3: `python -m tests.server.photos`, in a quarter of an hour or less."""

import os
import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    os.environ["XUNFANG_TEST_STORE"] = "s3"  # before anything of the tests is imported
    sys.exit(pytest.main(["-q", str(Path(__file__).parent)]))
