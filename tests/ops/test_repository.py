"""What `make lint` and `make test` rely on: lock files without addresses, and one honest closing line."""

import json

import pytest

from scripts import check_locks, sum_reports


def test_no_lock_file_names_a_registry():
    assert check_locks.main() == 0


@pytest.mark.parametrize("line", [
    "--index-url https://packages.example/simple", "--extra-index-url x", "--find-links wheels/",
    "thing @ http://packages.example/thing.whl",
])
def test_an_address_in_a_requirements_file_is_found(tmp_path, line):
    path = tmp_path / "requirements.txt"
    path.write_text(f"flask==3.1.3 \\\n    --hash=sha256:00\n{line}\n")
    assert check_locks.in_requirements(path) == [f"requirements.txt:3: {line}"]


def test_an_address_in_a_package_lock_is_found_and_a_funding_link_is_not(tmp_path):
    path = tmp_path / "package-lock.json"
    path.write_text(json.dumps({"packages": {
        "node_modules/a": {"version": "1.0.0", "funding": {"url": "https://funding.example"}},
        "node_modules/b": {"resolved": "https://packages.example/b.tgz"},
    }}))
    assert len(check_locks.in_package_lock(path)) == 1
    assert "node_modules/b/resolved" in check_locks.in_package_lock(path)[0]


def test_reports_are_summed_up(tmp_path, capsys):
    (tmp_path / "a.xml").write_text('<all><testsuite tests="5" failures="1" errors="1" skipped="1"/></all>')
    (tmp_path / "b.xml").write_text('<all><testsuite tests="3" failures="0" errors="0" skipped="0"/></all>')
    assert sum_reports.main(tmp_path) == 1
    assert capsys.readouterr().out == "5 passed, 2 failed, 1 skipped\n"


def test_a_run_without_reports_is_no_success(tmp_path):
    assert sum_reports.main(tmp_path) == 1
