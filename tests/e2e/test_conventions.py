"""The painting conventions, row by row, and the tests that drive each of them by real events.

The rows are those of the conventions that painters know from Photoshop and Krita. ``NOT_YET`` says what is still
missing; a row moves up when its test exists. The test at the end keeps the table from rotting.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

MUST_HAVE: dict[str, tuple[str, ...]] = {
    "[ and ] size the brush": ("test_painting::test_the_keys_for_size_and_hardness",),
    "Shift+[ and Shift+] change the hardness": (
        "test_painting::test_the_keys_for_size_and_hardness",
        "test_conventions_keys::test_shifted_brackets_of_a_us_keyboard_change_the_hardness",
        "test_keyboard::test_arrows_with_shift_size_and_soften_the_brush_only_on_the_photo",
    ),
    "B brush": ("test_painting::test_the_eraser_and_the_swap_key",),
    "E eraser": ("test_painting::test_the_eraser_and_the_swap_key",),
    "X swaps them": ("test_painting::test_the_eraser_and_the_swap_key",),
    "D resets the brush": ("test_painting::test_d_resets_the_brush",),
    "Space pans, in the middle of a stroke too": (
        "test_painting::test_space_pans_in_the_middle_of_a_stroke",
        "test_conventions_pointer::test_space_and_a_press_pan_as_often_as_one_likes",
    ),
    "the middle button pans, in the middle of a stroke too": (
        "test_painting::test_the_middle_button_pans_and_never_paints",
        "test_conventions_pointer::test_the_middle_button_pans_in_the_middle_of_a_stroke",
    ),
    "the wheel zooms at the cursor, with and without Ctrl": (
        "test_looking::test_the_wheel_zooms_at_the_pointer",
        "test_conventions_pointer::test_zooming_in_the_middle_of_a_stroke_leaves_it_on_its_way",
    ),
    "Ctrl+0 fits": ("test_looking::test_the_zoom_keys", "test_conventions_keys::test_zoom_keys_of_every_keyboard"),
    "Ctrl+1 is 100 %": ("test_looking::test_the_zoom_keys", "test_conventions_keys::test_zoom_keys_of_every_keyboard"),
    "Ctrl++ and Ctrl+- zoom": (
        "test_looking::test_the_zoom_keys",
        "test_conventions_keys::test_zoom_keys_of_every_keyboard",
    ),
    "Ctrl+Z undoes, in the middle of a stroke too": (
        "test_painting::test_one_stroke_is_one_undo_step",
        "test_painting::test_undo_in_the_middle_of_a_stroke_aborts_it",
    ),
    "Ctrl+Shift+Z and Ctrl+Y redo": ("test_painting::test_one_stroke_is_one_undo_step",),
    "one stroke is one undo step": ("test_painting::test_one_stroke_is_one_undo_step",),
    "Esc aborts the stroke": (
        "test_painting::test_escape_aborts_the_stroke",
        "test_conventions_keys::test_escape_means_what_is_nearest",
    ),
    "Shift-click draws a straight line": (
        "test_painting::test_shift_click_draws_a_straight_line_from_the_last_stroke",
    ),
    "pen pressure sets the size": ("test_pen::test_pressure_sets_the_size",),
    "pen pressure sets the opacity": (
        "test_conventions_pointer::test_pressure_sets_the_opacity_once_it_is_switched_on",
    ),
    "pressure can be switched off": ("test_pen::test_pressure_may_be_ignored",),
    "the pen's eraser end erases": (
        "test_pen::test_the_tip_paints_and_the_other_end_erases",
        "test_conventions_pointer::test_the_pens_other_end_shows_that_it_erases_before_it_touches",
    ),
    "the outline has the brush's true size at any zoom": (
        "test_looking::test_the_outline_has_the_brushs_true_size",
        "test_conventions_pointer::test_the_outline_is_what_a_click_paints",
        "test_conventions_pointer::test_the_outline_of_a_flat_tip_turns_with_the_photo",
    ),
    "size, hardness, opacity and flow are always visible": (
        "test_conventions_window::test_size_hardness_opacity_and_flow_are_in_sight_with_every_tool",
        "test_brush_panel::test_flow_is_always_in_sight_and_set_from_the_bar",
    ),
    "Q shows the mask as an overlay": ("test_looking::test_the_overlay_tints_what_is_painted_and_nothing_else",),
    "the overlay's colour and opacity are settable": (
        "test_conventions_window::test_the_overlays_colour_and_opacity_are_chosen_in_the_panel",
    ),
    "holding \\ shows before": (
        "test_looking::test_holding_a_key_shows_the_photo_before",
        "test_conventions_keys::test_the_backslash_compares_with_altgr_too",
        "test_conventions_keys::test_a_key_that_comes_up_as_another_one_is_not_stuck",
    ),
    "holding a button shows before": ("test_looking::test_holding_the_button_shows_the_photo_before",),
    "holding a key that needs no AltGr shows before": (
        "test_looking::test_holding_a_key_shows_the_photo_before",
        "test_conventions_keys::test_a_held_key_that_repeats_never_hides_a_stroke",
    ),
    "before and after side by side": (
        "test_view::test_before_and_after_side_by_side",
        "test_conventions_pointer::test_the_divider_is_dragged_and_says_so",
    ),
    "the mask alone": ("test_looking::test_the_mask_alone_is_white_where_it_is_painted",),
    "a mark in the title when something was changed": ("test_files::test_the_title_marks_changes",),
    "a question before changes are lost": (
        "test_files::test_closing_with_changes_asks_and_cancel_stays",
        "test_files::test_opening_another_photo_asks_first",
    ),
    "a dropped file opens": ("test_files::test_a_dropped_file_opens",),
    "Open Recent": (
        "test_files::test_a_recent_file_opens_again",
        "test_conventions_window::test_a_recent_photo_is_opened_by_keys",
    ),
    "opening can be cancelled": ("test_conventions_window::test_opening_is_stopped_by_its_cancel_button",),
    "exporting shows progress and can be cancelled": (
        "test_conventions_window::test_an_export_is_stopped_by_its_cancel_button",
    ),
    "slow changes of mask and selection show progress and can be cancelled": (
        "test_conventions_window::test_a_slow_change_of_the_mask_shows_how_far_it_is_and_can_be_cancelled",
    ),
    "the export dialog asks for format, depth and quality": (
        "test_conventions_window::test_format_depth_and_quality_are_chosen_by_keys_and_written",
    ),
    "the status bar tells position and L*a*b* under the cursor": (
        "test_looking::test_the_status_bar_follows_the_pointer",
        "test_looking::test_what_the_status_bar_says_under_a_resting_pointer",
    ),
    "the status bar tells zoom, size, device and state of the network": (
        "test_conventions_window::test_the_status_bar_tells_photo_zoom_device_and_network",
    ),
    "sharp on HiDPI": ("test_hidpi::test_a_hundred_percent_is_sharp",),
    "every action is in a menu": ("test_keyboard::test_every_action_is_in_a_menu",),
    "every action is reachable by keyboard": (
        "test_conventions_window::test_every_action_is_reached_by_alt_and_letters",
        "test_conventions_window::test_menus_open_by_their_letter",
        "test_keyboard::test_every_key_of_a_preset_reaches_its_action_from_the_photo",
    ),
    "icon-only buttons have accessible names": (
        "test_keyboard::test_every_button_has_a_name",
        "test_conventions_window::test_a_screen_reader_has_a_name_for_whatever_can_have_the_keyboard",
    ),
}

SHOULD_HAVE: dict[str, tuple[str, ...]] = {
    "L lasso": (
        "test_tools::test_every_tool_has_a_key_and_an_icon",
        "test_selecting::test_the_lasso_closes_where_it_is_let_go",
    ),
    "M rectangle": (
        "test_tools::test_every_tool_has_a_key_and_an_icon",
        "test_selecting::test_a_rectangle_is_whole_pixels_and_one_step",
    ),
    "W wand": (
        "test_tools::test_every_tool_has_a_key_and_an_icon",
        "test_selecting::test_the_wand_selects_what_is_as_light_and_hangs_together",
    ),
    "Shift adds, Alt subtracts, both intersect": (
        "test_selecting::test_keys_at_the_press_say_how_regions_combine",
        "test_selecting::test_the_wand_combines",
    ),
    "Ctrl+D, Ctrl+A, Ctrl+Shift+I": ("test_conventions_keys::test_selection_keys",),
    "feather": (
        "test_selecting::test_feather_softens_a_new_region_only",
        "test_regions::test_selections_change_by_an_amount",
        "test_regions::test_the_panels_sliders_soften_while_they_are_dragged",
    ),
    "a gradient on the mask": ("test_tools::test_a_gradient_runs_from_full_to_nothing",),
    "Alt is the eyedropper": (
        "test_tools::test_alt_lends_the_eyedropper_to_the_brush",
        "test_conventions_keys::test_letting_alt_go_leaves_the_keyboard_to_the_photo",
    ),
    "dragging sizes the brush on the canvas": (
        "test_gestures::test_alt_and_the_right_button_size_the_brush",
        "test_gestures::test_in_the_other_preset_shift_sizes_the_brush_and_still_draws_lines",
    ),
    "strokes are smoothed": (
        "test_conventions_pointer::test_smoothing_calms_a_trembling_hand_and_reaches_its_end",
        "test_brush_panel::test_tip_and_smoothing_are_set_in_the_panel",
    ),
    "digits set the opacity": (
        "test_gestures::test_digits_set_the_opacity",
        "test_conventions_keys::test_digits_of_every_keyboard_set_the_opacity",
    ),
    "Tab hides the panels": (
        "test_keyboard::test_tab_hides_the_panels_on_the_photo_and_moves_on_elsewhere",
        "test_conventions_keys::test_tab_in_the_middle_of_a_stroke_leaves_it_where_it_is",
    ),
    "full screen": (
        "test_conventions_keys::test_full_screen_and_back_to_a_maximised_window",
        "test_conventions_keys::test_the_menu_knows_when_the_system_ends_full_screen",
    ),
    "shortcuts can be changed": (
        "test_key_editor::test_enter_records_a_key",
        "test_key_editor::test_cancel_changes_nothing_and_ok_holds_at_once_and_at_the_next_start",
    ),
    "a conflict is warned of": (
        "test_key_editor::test_a_key_that_is_taken_is_replaced_only_after_a_warning_in_words",
        "test_key_editor::test_keys_of_the_canvas_are_warned_of_too",
    ),
    "a preset of Krita's keys": (
        "test_keyboard::test_the_krita_preset_changes_what_keys_do",
        "test_key_editor::test_the_krita_preset_makes_shift_dragging_size_the_brush",
    ),
    "a history panel": ("test_history_panel::test_a_click_goes_there_and_back_again",),
    "command search": ("test_command_search::test_typing_and_return_do_it_and_give_the_keyboard_back",),
    "a histogram": ("test_histogram::test_it_counts_the_photo_and_the_paint",),
    "canvas keys are inert while a text field has the focus": (
        "test_keyboard::test_canvas_keys_do_nothing_while_a_field_has_the_keyboard",
        "test_keyboard::test_keys_that_edit_a_text_edit_it",
        "test_conventions_keys::test_escape_in_a_number_gives_back_what_was_there",
    ),
    "they work while any other control has it": (
        "test_conventions_keys::test_shortcuts_work_while_a_control_that_is_no_text_has_the_keyboard",
        "test_conventions_keys::test_what_the_photo_itself_understands_works_there_too",
    ),
}

LOST, LOOKS = "nothing is ever lost: photos, projects, crashes", "something people install and love on sight"

NOT_YET: dict[str, str] = {
    "autosave, and recovery at the next start": LOST,
    "Save (a project) is not Export": LOST,
    "progress with Cancel when a project is saved or opened": LOST,
    "the export dialog asks for a profile and a size": LOST,
    "a light theme, and the system's; so far there is a dark one": LOOKS,
    "translations, Brazilian Portuguese first": LOOKS,
}
"""Row to the subject of the work that will bring it."""

ROOM = Path(__file__).parent
ROWS = {**MUST_HAVE, **SHOULD_HAVE}


def named_in(module: str) -> set[str]:
    """The names of a test module's test functions; none where there is no such module."""
    path = ROOM / f"{module}.py"
    if not path.exists():
        return set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


@pytest.mark.parametrize("row", ROWS)
def test_every_row_has_the_tests_that_it_names(row: str) -> None:
    assert ROWS[row]
    for test in ROWS[row]:
        module, _, name = test.partition("::")
        assert name in named_in(module), f"{row}: there is no {test}"


def test_no_row_is_both_there_and_missing() -> None:
    assert len(ROWS) == len(MUST_HAVE) + len(SHOULD_HAVE)
    assert not set(ROWS) & set(NOT_YET)
    assert all(NOT_YET.values())
