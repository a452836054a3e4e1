package io.quorate.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.quorate.client.LeaseListener;
import io.quorate.client.LeaseStatus;
import io.quorate.client.QuorateException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `quorate lease …`.
@Command(
    name = "lease",
    description = "Leases: keys that go when nobody keeps them alive. Ids are hexadecimal.",
    subcommands = {
      LeaseCommand.Grant.class,
      LeaseCommand.Revoke.class,
      LeaseCommand.KeepAlive.class,
      LeaseCommand.TimeToLive.class,
      LeaseCommand.ListAll.class
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true)
final class LeaseCommand extends CommandGroup {
  private static JsonObject json(long id, long seconds) {
    var object = new JsonObject();
    object.addProperty("id", Text.id(id));
    object.addProperty("ttl", seconds);
    return object;
  }

  /// `quorate lease grant TTL`.
  @Command(
      name = "grant",
      description = "Grants a lease.",
      exitCodeList = {"0:granted", "1:failed", "2:wrong usage"},
      exitCodeListHeading = "Exit codes:%n",
      mixinStandardHelpOptions = true)
  static final class Grant implements Callable<Integer> {
    @Mixin ClusterOptions cluster = new ClusterOptions();
    @Mixin Output output = new Output();

    @Parameters(
        index = "0",
        paramLabel = "TTL",
        description = "How long it lives unless it is kept alive: seconds. The server has a least.")
    long seconds;

    @Option(
        names = "--id",
        paramLabel = "ID",
        converter = LeaseId.class,
        description = "Under this id (hexadecimal); else the server picks one.")
    long id;

    @Override
    public Integer call() {
      try (var client = cluster.connect()) {
        var granted = client.leases().grant(seconds, id);
        if (output.isJson()) {
          output.json(json(granted.id(), granted.seconds()));
        } else {
          var table = new Table("LEASE", "TTL");
          table.row(Text.id(granted.id()), granted.seconds());
          output.table(table);
        }
        return 0;
      }
    }
  }

  /// `quorate lease revoke ID`.
  @Command(
      name = "revoke",
      description = "Ends a lease, and deletes the keys that are attached to it.",
      exitCodeList = {"0:revoked", "1:failed, or there is no such lease", "2:wrong usage"},
      exitCodeListHeading = "Exit codes:%n",
      mixinStandardHelpOptions = true)
  static final class Revoke implements Callable<Integer> {
    @Mixin ClusterOptions cluster = new ClusterOptions();
    @Mixin Output output = new Output();

    @Parameters(index = "0", paramLabel = "ID", converter = LeaseId.class)
    long id;

    @Override
    public Integer call() {
      try (var client = cluster.connect()) {
        client.leases().revoke(id);
        if (output.isJson()) {
          var object = new JsonObject();
          object.addProperty("id", Text.id(id));
          output.json(object);
        } else {
          output.line("revoked lease " + Text.id(id));
        }
        return 0;
      }
    }
  }

  /// `quorate lease keep-alive ID`.
  @Command(
      name = "keep-alive",
      description = {
        "Keeps a lease alive until told to end, three times within its time to live.",
        "The lease stays when this ends, until its time is over."
      },
      exitCodeList = {
        "0:ended by a signal, or renewed with --once",
        "1:failed, or the lease is gone",
        "2:wrong usage"
      },
      exitCodeListHeading = "Exit codes:%n",
      mixinStandardHelpOptions = true)
  static final class KeepAlive implements Callable<Integer> {
    @Mixin ClusterOptions cluster = new ClusterOptions();
    @Mixin Output output = new Output();

    @Parameters(index = "0", paramLabel = "ID", converter = LeaseId.class)
    long id;

    @Option(names = "--once", description = "Renew it once.")
    boolean once;

    @Override
    public Integer call() throws InterruptedException {
      try (var client = cluster.connect()) {
        if (once) {
          print(client.leases().renew(id));
          return 0;
        }
        var waiting = new Waiting();
        try (var _ = client.leases().keepAlive(id, new Printer(waiting))) {
          return waiting.await();
        }
      }
    }

    private void print(long seconds) {
      if (output.isJson()) {
        output.json(json(id, seconds));
      } else {
        output.line("lease %s kept alive, TTL %d".formatted(Text.id(id), seconds));
      }
    }

    private final class Printer implements LeaseListener {
      private final Waiting waiting;

      Printer(Waiting waiting) {
        this.waiting = waiting;
      }

      @Override
      public void onRenewal(long seconds) {
        print(seconds);
      }

      @Override
      public void onInterruption(QuorateException failure) {
        output.note(failure.getMessage() + "; trying again");
      }

      @Override
      public void onEnd(QuorateException failure) {
        waiting.fail(failure);
      }
    }
  }

  /// `quorate lease timetolive ID`.
  @Command(
      name = "timetolive",
      description = "Shows how long a lease still lives.",
      exitCodeList = {"0:it lives", "1:failed, or there is no such lease", "2:wrong usage"},
      exitCodeListHeading = "Exit codes:%n",
      mixinStandardHelpOptions = true)
  static final class TimeToLive implements Callable<Integer> {
    @Mixin ClusterOptions cluster = new ClusterOptions();
    @Mixin Output output = new Output();

    @Parameters(index = "0", paramLabel = "ID", converter = LeaseId.class)
    long id;

    @Option(names = "--keys", description = "And the keys that are attached to it.")
    boolean keys;

    @Override
    public Integer call() {
      try (var client = cluster.connect()) {
        var status = client.leases().status(id, keys);
        if (output.isJson()) {
          output.json(json(status));
        } else {
          print(status);
        }
        return 0;
      }
    }

    private void print(LeaseStatus status) {
      var table = new Table("LEASE", "TTL", "REMAINING");
      table.row(Text.id(status.id()), status.granted(), status.remaining());
      output.table(table);
      if (keys) {
        var attached = new Table("KEY");
        status.keys().forEach(key -> attached.row(Text.cell(key)));
        output.line("");
        output.table(attached);
      }
    }

    private JsonObject json(LeaseStatus status) {
      var object = LeaseCommand.json(status.id(), status.granted());
      object.addProperty("remaining", status.remaining());
      if (keys) {
        object.add(
            "keys",
            Json.array(
                status.keys(),
                key -> {
                  var each = new JsonObject();
                  Json.put(each, "key", key);
                  return each;
                }));
      }
      return object;
    }
  }

  /// `quorate lease list`.
  @Command(
      name = "list",
      description = "Lists all leases.",
      exitCodeList = {"0:listed, also if there is none", "1:failed", "2:wrong usage"},
      exitCodeListHeading = "Exit codes:%n",
      mixinStandardHelpOptions = true)
  static final class ListAll implements Callable<Integer> {
    @Mixin ClusterOptions cluster = new ClusterOptions();
    @Mixin Output output = new Output();

    @Override
    public Integer call() {
      try (var client = cluster.connect()) {
        var ids = client.leases().list().stream().map(Text::id).toList();
        if (output.isJson()) {
          var object = new JsonObject();
          object.add("leases", Json.array(ids, JsonPrimitive::new));
          output.json(object);
        } else {
          var table = new Table("LEASE");
          ids.forEach(table::row);
          output.table(table);
        }
        return 0;
      }
    }
  }
}
