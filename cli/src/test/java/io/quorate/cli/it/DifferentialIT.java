package io.quorate.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.quorate.api.CompactionRequest;
import io.quorate.api.DeleteRangeRequest;
import io.quorate.api.PutRequest;
import io.quorate.api.WatchCreateRequest;
import io.quorate.api.WatchResponse;
import io.quorate.api.mvcc.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The same requests to the real etcd and to Quorate: the same answers to the letter, the same
/// revisions, the same events to every watcher.
///
/// `-Ddifferential.requests=100000` asks more, `-Ddifferential.seed=N` asks the same again.
///
/// Not compared, for etcd 3.4.23 is older than the rules or the rule is our own:
///
/// | fact | what |
/// | --- | --- |
/// | etcd-2 | who answered, in which term |
/// | etcd-31 | sort options that do not exist: not asked for |
/// | etcd-93, 117 | watches from the compacted revision, whose deletes 3.4.23 forgets: not asked for |
/// | etcd-105 to 109 | ids of watches and refusals: see `WatchIT` |
/// | etcd-121 | what a key had before a revision that was compacted meanwhile: where etcd no longer knows it, Quorate may |
/// | etcd-127 to 130 | how events are put together into responses, and the headers of these |
/// | etcd-153 | ids of leases that the server picks: not asked for |
/// | etcd-167, 168 | the time that a lease has left, the order of leases and of a lease's keys |
class DifferentialIT {
  private static final int REQUESTS = Integer.getInteger("differential.requests", 3_000);
  private static final int WATCHES = 12;
  private static final Pattern REVISION = Pattern.compile("revision: (\\d+)");

  /// Lets etcd's watchers catch up before what they still have to see may be forgotten: it looks
  /// after them every 100 ms.
  private static final long CATCH_UP_MILLIS = 250;

  private final long seed = Long.getLong("differential.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final DrawnCalls calls = new DrawnCalls(random);
  private final List<Pair> watches = new ArrayList<>();
  private boolean someCatchUp;

  /// The same watch of both.
  private record Pair(WatchCreateRequest request, WatchCall theirs, WatchCall ours) {}

  @ParameterizedTest
  @MethodSource("io.quorate.node.Protocols#names")
  void answersAreTheSame(String protocol) throws Exception {
    System.out.println("differential test by " + protocol + ": seed " + seed);
    try (var etcd = new Etcd("differential-etcd-" + protocol);
        var cluster =
            Cluster.of(1, "differential-" + protocol, "--protocol=" + protocol).startAll();
        var theirs = new Contestant(etcd.endpoint());
        var ours = new Contestant(cluster.endpoint(1))) {
      for (int number = 1; number <= REQUESTS; number++) {
        ask(number, theirs, ours);
        if (watches.size() < WATCHES && random.nextInt(REQUESTS / WATCHES / 2 + 1) == 0) {
          watch(theirs, ours);
        }
      }
      compareEvents(theirs, ours);
    }
  }

  private void ask(int number, Contestant theirs, Contestant ours) throws Exception {
    var request = calls.next();
    if (request instanceof CompactionRequest && someCatchUp) {
      Thread.sleep(CATCH_UP_MILLIS);
      someCatchUp = false;
    }
    askSame("request %d of seed %d".formatted(number, seed), request, theirs, ours);
  }

  private void askSame(String what, Message request, Contestant theirs, Contestant ours)
      throws Exception {
    var expected = theirs.ask(request);
    assertThat(ours.ask(request))
        .as("%s: %s %s", what, request.getDescriptorForType().getName(), request)
        .isEqualTo(expected);
    var revision = REVISION.matcher(expected);
    if (expected.startsWith("header") && revision.find()) {
      calls.reached(Long.parseLong(revision.group(1)));
      if (request instanceof CompactionRequest compaction) {
        calls.compacted(compaction.getRevision());
      }
    }
  }

  private void watch(Contestant theirs, Contestant ours) throws Exception {
    var request = calls.watch();
    var pair =
        new Pair(request.build(), WatchCall.open(theirs.node()), WatchCall.open(ours.node()));
    for (var call : List.of(pair.theirs, pair.ours)) {
      assertThat(call.create(request)).matches(created -> created.getCreated());
    }
    watches.add(pair);
    someCatchUp = true;
  }

  /// Each watcher sees a last put and a last delete of its first key, and with them all before.
  private void compareEvents(Contestant theirs, Contestant ours) throws Exception {
    for (var pair : watches) {
      var key = pair.request.getKey();
      var last = PutRequest.newBuilder().setKey(key).setValue(ByteString.copyFromUtf8("last"));
      askSame("the last put", last.build(), theirs, ours);
      askSame("the last delete", DeleteRangeRequest.newBuilder().setKey(key).build(), theirs, ours);
    }
    long events = 0;
    for (var pair : watches) {
      var expected = events(pair.theirs, pair.request);
      var seen = events(pair.ours, pair.request);
      assertThat(seen.size()).as("events of %s", pair.request).isEqualTo(expected.size());
      for (int i = 0; i < expected.size(); i++) {
        var their = expected.get(i);
        var our = seen.get(i);
        // etcd no longer knows (etcd-121).
        assertThat(their.hasPrevKv() ? our : our.toBuilder().clearPrevKv().build())
            .as("event %d of seed %d for %s", i, seed, pair.request)
            .isEqualTo(their);
      }
      events += seen.size();
      pair.theirs.close();
      pair.ours.close();
    }
    System.out.printf(
        "differential test: %d requests, %d watches, %d events%n",
        REQUESTS, watches.size(), events);
  }

  /// All that a watch shows, until nothing has come for a while.
  private static List<Event> events(WatchCall call, WatchCreateRequest request)
      throws InterruptedException {
    var events = new ArrayList<Event>();
    WatchResponse response;
    while ((response = call.nextWithin(events.isEmpty() ? 3_000 : 500)) != null) {
      assertThat(response.getCanceled()).as("the end of %s", request).isFalse();
      events.addAll(response.getEventsList());
    }
    return events;
  }
}
