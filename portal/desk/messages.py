"""The sentence of each reason of the desk. A row's sentence is shown behind the heading of its column."""

from flask_babel import lazy_gettext as _

from portal.desk.rules import BatchState, Verdict

MESSAGES = {
    # the file
    "desk.format": _("Files ending in .%(found)s cannot be read. Save the table as .xlsx, .xls, .ods or .csv."),
    "desk.empty_file": _("There is nothing in this file."),
    "desk.too_big": _("The file is larger than %(megabytes)s MB. Split it into several files."),
    "desk.wrong_extension": _(
        "The name ends in .%(claimed)s, but inside it is a .%(found)s file. "
        "Open it in WPS or Excel and save it again under the right kind."
    ),
    "desk.unreadable": _("The file is damaged. Open it in WPS or Excel and save it again."),
    "desk.password": _("The file is locked with a password. Remove the password and upload it again."),
    "desk.not_a_table": _("This is not a table. Open it in WPS or Excel and save it as .xlsx."),
    "desk.too_big_inside": _("The file holds far more than a register has and was not read to the end."),
    "desk.too_many_rows": _(
        "The sheet has more than 200,000 rows. Delete the empty rows at its end, or split the file."
    ),
    "desk.too_many_columns": _("The sheet has more than 200 columns. Delete the empty columns at its right."),
    "desk.encoding": _("The letters of this text file cannot be read. Save the table as .xlsx."),
    "desk.no_headings": _("No heading row was found in the first 20 rows. Expected are headings such as %(expected)s."),
    "desk.heading_twice": _("The heading %(heading)s is there twice. Rename or delete one of the two."),
    "desk.columns_missing": _("The table has no column for: %(missing)s. Add it, or use the template."),
    "desk.no_such_sheet": _("Choose one of the sheets of this file."),
    "desk.column_twice": _("Two columns are said to be %(heading)s. Leave one of the two out."),
    "desk.no_rows": _("Below the headings there is no row."),
    "desk.no_file": _("Choose a file."),
    # the batch
    "desk.wrong_state": _("This file has moved on meanwhile. Reload the page to see where it is."),
    "desk.nothing_to_apply": _("There is nothing to write: every row is refused or in the register already."),
    # what leaves the house
    "desk.reason_needed": _("Say in %(least)s to %(most)s characters what the workbook is for; it is recorded."),
    "desk.too_many_to_export": _("A workbook holds at most %(most)s rows. Narrow the list."),
    "desk.export_expired": _("This workbook was kept for %(days)s days and is gone. Have it written again."),
    "desk.nothing_stayed": _("Nothing of this import had to stay as it is."),
    "desk.undo_too_late": _("An import can be undone for %(days)s days; that time is over for this one."),
    "desk.undo_running": _("This import is being undone already."),
    # a record that somebody wants to remove
    "desk.hangs": _("It cannot be removed, for these hang on it: %(records)s."),
    # a row
    "desk.twice": _("is in this file twice; the first stands in row %(row)s. Keep one of the two."),
    "desk.changed_since": _("The register has changed since you looked at this row. Upload it again."),
    # a cell
    "desk.list_name_taken": _("You have a list called “%(name)s” already. Choose another name."),
    "desk.too_many_lists": _("You have %(most)s lists. Delete one that you no longer need."),
    "desk.missing": _("must be filled in."),
    "desk.masked": _("“%(found)s” is masked. Write it in full, or leave the cell empty: empty changes nothing."),
    "desk.too_long": _("is too long; at most %(longest)s characters."),
    "desk.unknown_word": _("“%(found)s” is not known. Known are: %(known)s"),
    "desk.date": _("“%(found)s” cannot be read as a date. Write it as 2020-01-02, or 2020-01."),
    "desk.date_year_only": _("“%(found)s” is only a year. Write at least the month, as 2020-01."),
    "desk.date_month_lost": _(
        "%(found)s may be January or October: Excel drops the last 0. Write the month as 2020-01 or 2020-10."
    ),
    "desk.date_impossible": _("“%(found)s” is not a day of the calendar."),
    "desk.digits_lost": _(
        "Excel has turned this long number into a rounded one and lost its last digits. "
        "Format the column as text, then type the number again."
    ),
    "desk.mobile": _("is not a mobile number; it has 11 digits and begins with 13 to 19."),
    "desk.mobile_length": _("has %(found)s digits; a mobile number has 11."),
    "desk.mobile_several": _("holds several numbers. Keep one."),
    "identity.length": _("has %(found)s characters; it must be 18."),
    "identity.characters": _("holds other characters than digits; only the last may be X."),
    "identity.birth_date": _("The birth date in the number (%(found)s) is not a day of the calendar."),
    "identity.future_birth": _("The birth date in the number (%(found)s) lies in the future."),
    "identity.check_character": _("The last character does not fit the others: a digit is wrong somewhere."),
    "credit_code.length": _("has %(found)s characters; it must be 18."),
    "credit_code.characters": _("holds characters that the code does not use (I, O, S, V, Z)."),
    "credit_code.check_character": _("The last character does not fit the others: a character is wrong somewhere."),
}

HOW_WORDS = {
    "heading": _("by its heading"),
    "content": _("by its cells"),
    "memory": _("as somebody here said before"),
    "hand": _("as was said by hand"),
}
VERDICT_WORDS = {
    Verdict.WAITING: _("being checked"),
    Verdict.NEW: _("new"),
    Verdict.CHANGED: _("changes"),
    Verdict.SAME: _("same"),
    Verdict.REFUSED: _("refused"),
}
VERDICT_TONES = {
    Verdict.WAITING: "plain",
    Verdict.NEW: "good",
    Verdict.CHANGED: "info",
    Verdict.SAME: "plain",
    Verdict.REFUSED: "bad",
}
STATE_WORDS = {
    BatchState.STAGING: _("being checked"),
    BatchState.READY: _("checked, not written yet"),
    BatchState.APPLYING: _("being written"),
    BatchState.DONE: _("written"),
    BatchState.WITHDRAWN: _("withdrawn"),
}
STATE_TONES = {
    BatchState.STAGING: "info",
    BatchState.READY: "warn",
    BatchState.APPLYING: "info",
    BatchState.DONE: "good",
    BatchState.WITHDRAWN: "plain",
}
