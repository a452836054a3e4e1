package io.quorate.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.quorate.client.NodeStatus;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `quorate status`: a line per endpoint and group.
@Command(
    name = "status",
    description = "Shows the nodes: who leads, how far each has come.",
    exitCodeList = {"0:every endpoint answered", "1:some did not", "2:wrong usage"},
    exitCodeListHeading = "Exit codes:%n",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Mixin ClusterOptions cluster = new ClusterOptions();
  @Mixin Output output = new Output();

  private record Row(String endpoint, NodeStatus node, NodeStatus.Replica replica) {}

  @Override
  public Integer call() {
    var problems = new ArrayList<String>();
    var rows = new ArrayList<Row>();
    try (var client = cluster.connect()) {
      for (int i = 0; i < client.addresses().size(); i++) {
        ask(client, i, rows, problems);
      }
    }
    if (output.isJson()) {
      output.json(json(rows, problems));
    } else {
      output.table(table(rows));
      problems.forEach(output::note);
    }
    return problems.isEmpty() ? 0 : 1;
  }

  private static void ask(QuorateClient client, int number, List<Row> rows, List<String> problems) {
    var endpoint = client.addresses().get(number);
    try {
      var node = client.only(number).status();
      node.replicas().forEach(replica -> rows.add(new Row(endpoint, node, replica)));
      node.refusals().forEach(refusal -> problems.add(endpoint + ": refused: " + refusal));
    } catch (QuorateException e) {
      problems.add(endpoint + ": " + e.getMessage());
    }
  }

  private static Table table(List<Row> rows) {
    long furthest = rows.stream().mapToLong(row -> row.replica.decided()).max().orElse(0);
    var table =
        new Table(
            "ENDPOINT",
            "NODE",
            "ID",
            "PROTOCOL",
            "ROLE",
            "TERM",
            "INDEX",
            "REVISION",
            "SIZE",
            "LAG");
    for (var row : rows) {
      var replica = row.replica;
      table.row(
          row.endpoint,
          row.node.name(),
          Text.id(row.node.nodeId()),
          replica.protocol(),
          replica.phase().isEmpty() ? replica.role() : replica.role() + ", " + replica.phase(),
          replica.term(),
          replica.applied(),
          replica.revision(),
          Table.bytes(replica.sizeOnDisk()),
          furthest - replica.applied());
    }
    return table;
  }

  private static JsonObject json(List<Row> rows, List<String> problems) {
    var object = new JsonObject();
    object.add("replicas", Json.array(rows, StatusCommand::json));
    object.add("problems", Json.array(problems, JsonPrimitive::new));
    return object;
  }

  private static JsonObject json(Row row) {
    var replica = row.replica;
    var object = new JsonObject();
    object.addProperty("endpoint", row.endpoint);
    object.addProperty("name", row.node.name());
    object.addProperty("node", Text.id(row.node.nodeId()));
    object.addProperty("cluster", Text.id(row.node.clusterId()));
    object.addProperty("version", row.node.version());
    object.addProperty("group", replica.group());
    object.addProperty("protocol", replica.protocol());
    object.addProperty("role", replica.role());
    object.addProperty("phase", replica.phase());
    object.addProperty("leader", Text.id(replica.leaderNodeId()));
    object.addProperty("term", replica.term());
    object.addProperty("decided", replica.decided());
    object.addProperty("applied", replica.applied());
    object.addProperty("revision", replica.revision());
    object.addProperty("sizeOnDisk", replica.sizeOnDisk());
    return object;
  }
}
