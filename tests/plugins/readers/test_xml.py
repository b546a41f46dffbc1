"""The reader `xml`: what elements and their attributes say."""

from steep.kinds import Source
from steep_plugins.readers.delimited import DelimitedReader
from steep_plugins.readers.xml import XmlReader


def read(markup, path="a.xml"):
    return XmlReader().read(Source(path=path, data=markup.encode()))


def test_values_in_attributes_are_said():
    document = read('<config><setting name="timeout" value="640"/><fee boat="large">75</fee></config>')
    assert document.text == "setting (name: timeout, value: 640)\n\nfee (boat: large): 75"


def test_the_attributes_of_a_text_are_markup():
    page = '<article><sec sec-type="intro"><title>Fees</title><p content-type="x">Boats pay.</p></sec></article>'
    assert read(page).text == "## Fees\n\nBoats pay."


def test_comments_are_counted_and_code_keeps_its_lines():
    document = read("<doc><!-- Not this. --><programlisting>x = 1\n  y = 2</programlisting></doc>")
    assert document.text == "```\nx = 1\n  y = 2\n```"
    assert [(each.reason, each.text) for each in document.left_out] == [("comment", "Not this.")]


def test_tables_of_books_fill_their_merged_cells():
    row = "<row>{}</row>".format
    head = row("<entry morerows='1'>Boat</entry><entry namest='c2' nameend='c3'>Price</entry>")
    head += row("<entry>Day</entry><entry>Week</entry>")
    body = row("<entry>Large</entry><entry>75</entry><entry>400</entry>")
    document = read(f"<doc><table><tgroup><thead>{head}</thead><tbody>{body}</tbody></tgroup></table></doc>")
    assert document.text.split("\n")[0] == "| Boat | Price Day | Price Week |"
    assert document.text.split("\n")[-1] == "| Large | 75 | 400 |"


def table(data):
    return DelimitedReader().read(Source(path="a.csv", data=data.encode())).text


def test_a_mark_that_the_file_states_is_no_row():
    assert table("sep=;\r\nBoat;Fee\r\nLarge;75,5\r\n") == "| Boat | Fee |\n| --- | --- |\n| Large | 75,5 |"


def test_lines_above_a_table_are_no_header():
    assert table("Fees of the port\n\nBoat,Fee\nLarge,75\n") == (
        "Fees of the port\n\n| Boat | Fee |\n| --- | --- |\n| Large | 75 |"
    )


def test_one_column_stays_a_table():
    assert table("Boat\nLarge\nSmall\n") == "| Boat |\n| --- |\n| Large |\n| Small |"
