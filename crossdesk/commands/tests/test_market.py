from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from crossdesk.commands.market import market


def test_check_sums_up_rules_that_fit_together() -> None:
    result = CliRunner().invoke(market, ["check"])
    assert result.exit_code == 0
    assert "scenarios           17" in result.output


def test_check_tells_everything_at_once_and_fails(tmp_path: Path) -> None:
    (tmp_path / "desks.toml").write_text('[[desk]]\nkey = "rec"\nowner = " "\nsource = "A test"\n')
    (tmp_path / "scenarios.toml").write_text(
        '[[scenario]]\nkey = "portal-outage"\nfirst_investigators = []\nsource = "A test"\n'
    )
    result = CliRunner().invoke(market, ["check", str(tmp_path)])
    assert result.exit_code == 1
    assert "desks.toml, desk rec\n  Nobody owns this desk.\n  Name its owner." in result.output
    assert "scenarios.toml, scenario portal-outage\n  Nobody investigates first." in result.output
    assert "2 problems." in result.output
