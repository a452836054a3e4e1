package io.quorate.cli;

import com.google.gson.JsonObject;
import io.quorate.client.Event;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.Watch;
import io.quorate.client.WatchListener;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `quorate watch KEY`.
@Command(
    name = "watch",
    description = {
      "Prints each change of a key, or of several, until it is told to end.",
      "Goes on by itself when a node fails, and leaves no change out."
    },
    exitCodeList = {
      "0:ended by a signal, or because nobody reads any more",
      "1:failed, for instance because the revision is compacted",
      "2:wrong usage"
    },
    exitCodeListHeading = "Exit codes:%n",
    mixinStandardHelpOptions = true)
final class WatchCommand implements Callable<Integer> {
  @Mixin ClusterOptions cluster = new ClusterOptions();
  @Mixin Output output = new Output();
  @Mixin KeyRangeOptions keys = new KeyRangeOptions();

  @Option(
      names = "--rev",
      paramLabel = "REVISION",
      description = "The first whose changes are printed; else those from now on.")
  long revision;

  @Option(names = "--prev-kv", description = "Tell what stood there before.")
  boolean previous;

  enum Kind {
    PUT,
    DELETE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--filter",
      paramLabel = "KIND",
      description = "Leave these changes out: ${COMPLETION-CANDIDATES}.")
  @Nullable Kind leftOut;

  @Option(
      names = "--progress",
      description = "Print up to which revision all is told, now and while nothing changes.")
  boolean progress;

  @Override
  public Integer call() throws Exception {
    try (var client = cluster.connect()) {
      return follow(client);
    }
  }

  private int follow(QuorateClient client) throws InterruptedException {
    var waiting = new Waiting();
    var watch =
        Watch.of(keys.range())
            .from(revision)
            .previous(previous)
            .puts(leftOut != Kind.PUT)
            .deletions(leftOut != Kind.DELETE)
            .progress(progress);
    try (var watcher = client.watch(watch, new Printer(waiting))) {
      if (progress) {
        watcher.requestProgress();
      }
      return waiting.await();
    }
  }

  private final class Printer implements WatchListener {
    private final Waiting waiting;

    Printer(Waiting waiting) {
      this.waiting = waiting;
    }

    @Override
    public void onBegin(long from) {
      if (output.isJson()) {
        output.json(object("begin", from));
      } else {
        output.note("watching from revision " + from);
      }
    }

    @Override
    public void onEvents(List<Event> events) {
      events.forEach(event -> {
        if (output.isJson()) {
          output.json(json(event));
        } else {
          print(event);
        }
      });
      if (output.isUnread()) {
        waiting.end();
      }
    }

    @Override
    public void onProgress(long upTo) {
      if (output.isJson()) {
        output.json(object("progress", upTo));
      } else {
        output.line(line("PROGRESS", upTo));
      }
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

  private static String line(String kind, long at) {
    return String.format(Locale.ROOT, "%-8s  %8d", kind, at);
  }

  private void print(Event event) {
    var kv = event.keyValue();
    var line =
        new StringBuilder(line(event.kind().name(), kv.modRevision()))
            .append("  ")
            .append(Text.cell(kv.key()));
    if (event.kind() == Event.Kind.PUT) {
      line.append("  ").append(Text.cell(kv.value()));
    }
    var before = event.previous();
    if (before != null) {
      line.append("  (before: ").append(Text.cell(before.value())).append(')');
    }
    output.line(line.toString());
  }

  private static JsonObject object(String type, long revision) {
    var object = new JsonObject();
    object.addProperty("type", type);
    object.addProperty("revision", revision);
    return object;
  }

  private static JsonObject json(Event event) {
    boolean isPut = event.kind() == Event.Kind.PUT;
    var object = object(isPut ? "put" : "delete", event.keyValue().modRevision());
    if (isPut) {
      object.add("keyValue", Json.of(event.keyValue()));
    } else {
      Json.put(object, "key", event.keyValue().key());
    }
    var before = event.previous();
    if (before != null) {
      object.add("previous", Json.of(before));
    }
    return object;
  }
}
