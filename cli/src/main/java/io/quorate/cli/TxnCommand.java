package io.quorate.cli;

import io.quorate.client.DeleteResult;
import io.quorate.client.Found;
import io.quorate.client.KeyValue;
import io.quorate.client.OperationResult;
import io.quorate.client.PutResult;
import io.quorate.client.Transaction;
import io.quorate.client.TransactionResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `quorate txn`.
@Command(
    name = "txn",
    description = {
      "Carries out a transaction: what --then says if all comparisons of --if hold, else what"
          + " --else",
      "says, all at one revision. Each may be given several times. Without any of them, reads them",
      "from stdin as etcdctl txn does: comparisons, an empty line, what is done if they hold, an",
      "empty line, what is done if one does not, an empty line."
    },
    footer = {
      "",
      "Comparisons: value(\"KEY\") = \"TEXT\"; version(\"KEY\") > \"3\"; create, mod, and lease"
          + " with a",
      "hexadecimal id, each with =, !=, < or >. Short: val, ver, c, m.",
      "What can be done: put, get and del with the arguments and options that they have as"
          + " commands,",
      "for instance put KEY VALUE --lease ID, get KEY --prefix --limit 3, del KEY. Words stand"
          + " between",
      "spaces; between '' as they are; between \"\" with the escapes \\\" \\\\ \\n \\r \\t.",
      "",
      "quorate txn --if 'mod(\"key\") = \"0\"' --then 'put key \"first value\"' --else 'get key'"
    },
    exitCodeList = {"0:carried out, whichever way", "1:failed", "2:wrong usage"},
    exitCodeListHeading = "Exit codes:%n",
    mixinStandardHelpOptions = true)
final class TxnCommand implements Callable<Integer> {
  @Mixin ClusterOptions cluster = new ClusterOptions();
  @Mixin Output output = new Output();

  @Option(names = "--if", paramLabel = "COMPARISON", description = "What has to hold.")
  List<String> when = List.of();

  @Option(names = "--then", paramLabel = "OPERATION", description = "Done if all of them hold.")
  List<String> then = List.of();

  @Option(names = "--else", paramLabel = "OPERATION", description = "Done if one does not.")
  List<String> otherwise = List.of();

  /// Where a script comes from.
  InputStream in = System.in;

  @Override
  public Integer call() throws IOException {
    var transaction = transaction();
    try (var client = cluster.connect()) {
      var result = client.transact(transaction);
      if (output.isJson()) {
        output.json(Json.of(result));
      } else {
        print(result);
      }
      return 0;
    }
  }

  private Transaction transaction() throws IOException {
    if (when.isEmpty() && then.isEmpty() && otherwise.isEmpty()) {
      var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      return TxnScript.read(
          reader,
          part -> {
            if (Terminal.isThere()) {
              output.note(part);
            }
          });
    }
    return new Transaction(
        when.stream().map(TxnScript::comparison).toList(),
        then.stream().map(TxnScript::operation).toList(),
        otherwise.stream().map(TxnScript::operation).toList());
  }

  private void print(TransactionResult result) {
    output.line(
        "%s, revision %d".formatted(result.succeeded() ? "SUCCESS" : "FAILURE", result.revision()));
    if (!result.results().isEmpty()) {
      output.table(table(result.results()));
    }
  }

  static Table table(List<OperationResult> results) {
    var table = new Table("OPERATION", "RESULT", "KEY", "VALUE", "MODIFIED");
    for (var result : results) {
      switch (result) {
        case PutResult put ->
            rows(table, "put", "OK", put.previous() == null ? List.of() : List.of(put.previous()));
        case Found found -> rows(table, "get", found.count() + " found", found.keyValues());
        case DeleteResult delete ->
            rows(table, "del", delete.deleted() + " deleted", delete.previous());
        case TransactionResult txn ->
            rows(table, "txn", txn.succeeded() ? "SUCCESS" : "FAILURE", List.of());
      }
    }
    return table;
  }

  private static void rows(Table table, String name, String outcome, List<KeyValue> keyValues) {
    if (keyValues.isEmpty()) {
      table.row(name, outcome, "", "", "");
    }
    boolean first = true;
    for (var each : keyValues) {
      table.row(
          first ? name : "",
          first ? outcome : "",
          Text.cell(each.key()),
          Text.cell(each.value()),
          each.modRevision());
      first = false;
    }
  }
}
