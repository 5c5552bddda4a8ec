"""X and Z reports from the till's own keys; whoever may not see reports asks a manager in place."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.sell.conftest import Till


def allow(till: Till, right: str) -> None:
    actor = till.sell.context.actor
    context = replace(till.sell.context, actor=replace(actor, rights={**actor.rights, right: None}))
    till.sell.context = till.errands.drawer._context = context


def run_action(till: Till, action_id: str) -> None:
    (action,) = [one for one in till.view.palette_actions() if one.id == action_id]
    action.run()
    till.idle()


def test_an_x_report_and_the_last_z_report_again(till: Till) -> None:  # T27
    said: list[str] = []
    till.view.notified.connect(lambda text, _undo: said.append(text))
    allow(till, "report.view")
    run_action(till, "sell.reading")
    run_action(till, "sell.closing")
    assert till.shop.shift_papers == ["X", "Z"]
    assert said == ["The X report is being printed.", "Z report 7 is being printed again."]


def test_who_counts_the_drawer_asks_before_seeing_what_should_be_in_it(till: Till) -> None:  # T27, T28
    assert not till.sell.context.actor.may("report.view")
    run_action(till, "sell.reading")
    assert till.shop.shift_papers == []
    assert till.view.side.currentWidget() is till.view.asking.approve_panel
