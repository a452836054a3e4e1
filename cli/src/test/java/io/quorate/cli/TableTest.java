package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
  private static String text(Table table) {
    return String.join("\n", table.lines()) + "\n";
  }

  @Test
  void textStandsToTheLeftAndNumbersToTheRight() {
    var table = new Table("NODE", "TERM", "ROLE");
    table.row("n1", 7, "leader");
    table.row("node-2", 1_234_567, "follower");
    assertThat(text(table))
        .isEqualTo(
            """
            NODE       TERM  ROLE
            n1            7  leader
            node-2  1234567  follower
            """);
  }

  @Test
  void sizesStandToTheRightWhateverTheirUnit() {
    var table = new Table("SIZE", "LAG");
    table.row(Table.bytes(12), 0);
    table.row(Table.bytes(3 << 20), -12);
    assertThat(text(table))
        .isEqualTo(
            """
               SIZE  LAG
               12 B    0
            3.0 MiB  -12
            """);
  }

  @Test
  void aColumnWithOneWordInItIsText() {
    var table = new Table("ID", "LEADER");
    table.row("1234", "-");
    table.row("ab", "-");
    assertThat(text(table))
        .isEqualTo(
            """
            ID    LEADER
            1234  -
            ab    -
            """);
  }

  @Test
  void whatIsMissingLeavesAGapAndNothingAtTheEnd() {
    var table = new Table("A", "COUNT", "B");
    table.row("a", "", "");
    table.row("", 12, "b");
    assertThat(text(table))
        .isEqualTo(
            """
            A  COUNT  B
            a
                  12  b
            """);
  }

  @Test
  void aTableWithoutRowsIsItsHead() {
    assertThat(new Table("NODE", "ROLE").lines()).containsExactly("NODE  ROLE");
  }

  @Test
  void aWideCellWidensItsColumn() {
    var wide = "x".repeat(300);
    var table = new Table("NAME", "ROLE");
    table.row(wide, "leader");
    table.row("n2", "follower");
    assertThat(table.lines())
        .containsExactly(
            "NAME" + " ".repeat(298) + "ROLE",
            wide + "  leader",
            "n2" + " ".repeat(300) + "follower");
  }

  @Test
  void aCharacterBeyondTheBasicPlaneIsOneCharacter() {
    var table = new Table("NAME", "ROLE");
    table.row("𝒏𝟏", "leader");
    table.row("nœud", "follower");
    assertThat(text(table))
        .isEqualTo(
            """
            NAME  ROLE
            𝒏𝟏    leader
            nœud  follower
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1536, 1.5 KiB",
    "1048576, 1.0 MiB",
    "1073741824, 1.0 GiB",
    "9223372036854775807, 8589934592.0 GiB",
  })
  void bytesAreReadByPeople(long count, String text) {
    assertThat(Table.bytes(count)).isEqualTo(text);
  }

  @Test
  void bytesReadTheSameInEveryCountry() {
    var before = Locale.getDefault();
    try {
      for (var tag : new String[] {"de-DE", "ar-EG-u-nu-arab"}) {
        Locale.setDefault(Locale.forLanguageTag(tag));
        assertThat(Table.bytes(1536)).isEqualTo("1.5 KiB");
      }
    } finally {
      Locale.setDefault(before);
    }
  }
}
