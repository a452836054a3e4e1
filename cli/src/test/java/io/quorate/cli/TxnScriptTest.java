package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.ByteSequence;
import io.quorate.client.Comparison;
import io.quorate.client.Delete;
import io.quorate.client.KeyRange;
import io.quorate.client.Put;
import io.quorate.client.Query;
import io.quorate.client.Transaction;
import io.quorate.server.config.UsageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TxnScriptTest {
  @TempDir Path directory = Path.of("");

  private static ByteSequence bytes(String text) {
    return ByteSequence.of(text);
  }

  private static Put put(String key, String value) {
    return Put.of(bytes(key), bytes(value));
  }

  private static Transaction read(String script) throws IOException {
    return TxnScript.read(new BufferedReader(new StringReader(script)), part -> {});
  }

  @Test
  void partsStandBetweenEmptyLines() throws IOException {
    assertThat(
            read(
                """
                value("a") = "1"
                version("b") > "2"

                put a 2
                get a

                del a
                """))
        .isEqualTo(
            new Transaction(
                List.of(
                    new Comparison.OfValue(bytes("a"), Comparison.Relation.EQUAL, bytes("1")),
                    new Comparison.OfNumber(
                        bytes("b"), Comparison.Field.VERSION, Comparison.Relation.GREATER, 2)),
                List.of(put("a", "2"), Query.of(KeyRange.single(bytes("a")))),
                List.of(Delete.of(KeyRange.single(bytes("a"))))));
  }

  @Test
  void anyPartMayBeEmptyOrMissing() throws IOException {
    assertThat(read("")).isEqualTo(new Transaction(List.of(), List.of(), List.of()));
    assertThat(read("\nput a 1\n"))
        .isEqualTo(new Transaction(List.of(), List.of(put("a", "1")), List.of()));
    assertThat(read("\n\nput a 1"))
        .isEqualTo(new Transaction(List.of(), List.of(), List.of(put("a", "1"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ver(\"k\") = \"1\" | VERSION | EQUAL | 1",
        "version(\"k\") != \"1\" | VERSION | NOT_EQUAL | 1",
        "c(\"k\") < \"7\" | CREATE_REVISION | LESS | 7",
        "create(\"k\") > \"7\" | CREATE_REVISION | GREATER | 7",
        "m(\"k\")=\"7\" | MOD_REVISION | EQUAL | 7",
        " mod ( \"k\" ) = 7 | MOD_REVISION | EQUAL | 7",
        "lease(\"k\") = \"7b\" | LEASE | EQUAL | 123",
      })
  void numbersAreComparedInEtcdctlsWords(
      String text, Comparison.Field field, Comparison.Relation relation, long number) {
    assertThat(TxnScript.comparison(text))
        .isEqualTo(new Comparison.OfNumber(bytes("k"), field, relation, number));
  }

  @Test
  void quotedTextMayHoldAnything() {
    assertThat(TxnScript.comparison("val(\"a \\\"b\\\" (c)\") < \"x\\ny = z\""))
        .isEqualTo(
            new Comparison.OfValue(
                bytes("a \"b\" (c)"), Comparison.Relation.LESS, bytes("x\ny = z")));
    assertThat(TxnScript.operation("put \"a key\" 'it\\n is \"so\"'"))
        .isEqualTo(put("a key", "it\\n is \"so\""));
    assertThat(TxnScript.operation("put a it's")).isEqualTo(put("a", "it's"));
  }

  @Test
  void operationsHaveTheOptionsOfTheirCommands() {
    assertThat(TxnScript.operation("put k v --lease=7b --prev-kv"))
        .isEqualTo(put("k", "v").lease(123).previous(true));
    assertThat(TxnScript.operation("get k --prefix --limit 3 --order DESCEND --sort-by=modify"))
        .isEqualTo(
            Query.of(KeyRange.prefix(bytes("k"))).limit(3).sorted(Query.Sort.MOD_REVISION, true));
    assertThat(TxnScript.operation("del a b --prev-kv"))
        .isEqualTo(Delete.of(KeyRange.between(bytes("a"), bytes("b"))).previous(true));
  }

  @Test
  void aFileIsNeverReadForAnArgument() throws IOException {
    var file = directory.resolve("alice");
    Files.writeString(file, "secret");
    assertThat(TxnScript.operation("put user @" + file)).isEqualTo(put("user", "@" + file));
  }

  @Test
  void quotedTextMayBeLong() {
    var text = "x\\n\\\"y".repeat(20_000);
    var meant = "x\n\"y".repeat(20_000);
    assertThat(TxnScript.operation("put k \"%s\"".formatted(text))).isEqualTo(put("k", meant));
    assertThat(TxnScript.comparison("value(\"%s\") = \"%s\"".formatted(text, text)))
        .isEqualTo(new Comparison.OfValue(bytes(meant), Comparison.Relation.EQUAL, bytes(meant)));
    assertThatThrownBy(() -> TxnScript.operation("put k \"" + text))
        .isInstanceOf(UsageException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "value(k) = \"1\"",
        "value(\"k\") == \"1\"",
        "value(\"k\") =",
        "size(\"k\") = \"1\"",
        "mod(\"k\") = \"many\"",
        "lease(\"k\") = \"xyz\"",
        "value(\"\\q\") = \"1\""
      })
  void whatIsNoComparisonIsRefused(String text) {
    assertThatThrownBy(() -> TxnScript.comparison(text)).isInstanceOf(UsageException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "watch k",
        "put k",
        "put k v w",
        "put k \"v",
        "put k v --lease zz",
        "get k --limit many",
        "get k --endpoints x",
        "get a b --prefix"
      })
  void whatIsNoOperationIsRefused(String text) {
    assertThatThrownBy(() -> TxnScript.operation(text)).isInstanceOf(UsageException.class);
  }

  @Test
  void anErrorNamesItsLine() {
    assertThatThrownBy(() -> read("mod(\"k\") = \"0\"\n\nput k 1\nptu k 2\n"))
        .hasMessageContaining("line 4: \"ptu k 2\"")
        .hasMessageContaining("put KEY VALUE");
  }
}
