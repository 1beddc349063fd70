import importlib.util
import zipfile
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "build_plugin.py"
spec = importlib.util.spec_from_file_location("build_plugin", SCRIPT)
build_plugin = importlib.util.module_from_spec(spec)
spec.loader.exec_module(build_plugin)


def test_zip_installs_as_one_folder_and_knows_the_app(tmp_path):
    out = tmp_path / "shoutcode.zip"
    number = build_plugin.build("https://app.example/", out)
    with zipfile.ZipFile(out) as archive:
        names = archive.namelist()
        main = archive.read("shoutcode/shoutcode.php").decode()
    assert len(names) == number
    assert {name.partition("/")[0] for name in names} == {"shoutcode"}
    assert {"shoutcode/readme.txt", "shoutcode/uninstall.php", "shoutcode/assets/admin.js"} <= set(names)
    assert "define( 'SHOUTCODE_APP_URL', 'https://app.example' );" in main


def test_same_source_gives_same_bytes(tmp_path):
    for name in ("a.zip", "b.zip"):
        build_plugin.build("https://app.example", tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.parametrize("address", ["http://app.example", "https://a'; evil(); '", "app.example", "https://", ""])
def test_other_addresses_are_refused(tmp_path, address):
    with pytest.raises(ValueError, match="address"):
        build_plugin.build(address, tmp_path / "x.zip")
