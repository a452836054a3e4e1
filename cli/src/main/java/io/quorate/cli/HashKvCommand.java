package io.quorate.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.quorate.client.ByteSequence;
import io.quorate.client.KeyRange;
import io.quorate.client.KeyValueHash;
import io.quorate.client.Query;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `quorate hashkv`: whether nodes hold the same.
@Command(
    name = "hashkv",
    description = "Hashes what each endpoint's node holds, and says whether they agree.",
    exitCodeList = {
      "0:every endpoint answered, and all agree",
      "1:they differ, cannot be compared, or some did not answer",
      "2:wrong usage"
    },
    exitCodeListHeading = "Exit codes:%n",
    mixinStandardHelpOptions = true)
final class HashKvCommand implements Callable<Integer> {
  private static final Query REVISION =
      Query.of(KeyRange.single(ByteSequence.of(new byte[1])))
          .serializable(true)
          .part(Query.Part.COUNT);

  @Mixin ClusterOptions cluster = new ClusterOptions();
  @Mixin Output output = new Output();

  @Option(
      names = "--rev",
      paramLabel = "REVISION",
      description = "Up to this revision; else the newest that all endpoints have.")
  long revision;

  record Row(String endpoint, KeyValueHash hash) {}

  enum Verdict {
    AGREE("all agree"),
    DIFFER("THEY DIFFER: compare what they hold, and replace the node that is wrong"),
    INCOMPARABLE("they cannot be compared: they are compacted differently; try again later");

    final String sentence;

    Verdict(String sentence) {
      this.sentence = sentence;
    }

    static Verdict of(List<Row> rows) {
      if (count(rows, KeyValueHash::revision) != 1
          || count(rows, KeyValueHash::compactRevision) != 1) {
        return INCOMPARABLE;
      }
      return count(rows, KeyValueHash::hash) > 1 ? DIFFER : AGREE;
    }

    private static long count(List<Row> rows, ToLongFunction<KeyValueHash> part) {
      return rows.stream().mapToLong(row -> part.applyAsLong(row.hash)).distinct().count();
    }
  }

  @Override
  public Integer call() {
    var problems = new ArrayList<String>();
    var rows = new ArrayList<Row>();
    try (var client = cluster.connect()) {
      long at = revision > 0 ? revision : newestOfAll(client);
      for (int i = 0; i < client.addresses().size(); i++) {
        var endpoint = client.addresses().get(i);
        try {
          rows.add(new Row(endpoint, client.only(i).maintenance().hashKeyValues(at)));
        } catch (QuorateException e) {
          problems.add(endpoint + ": " + e.getMessage());
        }
      }
    }
    var verdict = Verdict.of(rows);
    if (output.isJson()) {
      output.json(json(rows, problems, verdict));
    } else {
      print(rows, verdict);
      problems.forEach(output::note);
    }
    return verdict == Verdict.AGREE && problems.isEmpty() ? 0 : 1;
  }

  /// The newest revision that every node has of those that answer; 0 if none does.
  private static long newestOfAll(QuorateClient client) {
    long newest = Long.MAX_VALUE;
    for (int i = 0; i < client.addresses().size(); i++) {
      try {
        newest = Math.min(newest, client.only(i).get(REVISION).revision());
      } catch (QuorateException e) {
        // The hash will say so.
      }
    }
    return newest == Long.MAX_VALUE ? 0 : newest;
  }

  private void print(List<Row> rows, Verdict verdict) {
    var table = new Table("ENDPOINT", "NODE", "HASH", "REVISION", "COMPACTED");
    for (var row : rows) {
      var hash = row.hash;
      table.row(
          row.endpoint,
          Text.id(hash.nodeId()),
          String.format(Locale.ROOT, "%08x", hash.hash()),
          hash.revision(),
          hash.compactRevision() < 0 ? "" : hash.compactRevision());
    }
    output.table(table);
    if (rows.size() > 1) {
      output.line(verdict.sentence);
    }
  }

  private static JsonObject json(List<Row> rows, List<String> problems, Verdict verdict) {
    var object = new JsonObject();
    object.addProperty("verdict", verdict.name().toLowerCase(Locale.ROOT));
    object.add("nodes", Json.array(rows, HashKvCommand::json));
    object.add("problems", Json.array(problems, JsonPrimitive::new));
    return object;
  }

  private static JsonObject json(Row row) {
    var object = new JsonObject();
    object.addProperty("endpoint", row.endpoint);
    object.addProperty("node", Text.id(row.hash.nodeId()));
    object.addProperty("hash", row.hash.hash());
    object.addProperty("revision", row.hash.revision());
    object.addProperty("compactRevision", row.hash.compactRevision());
    return object;
  }
}
