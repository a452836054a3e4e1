package io.quorate.node.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.quorate.api.CompactionRequest;
import io.quorate.api.DeleteRangeRequest;
import io.quorate.api.PutRequest;
import io.quorate.api.RequestOp;
import io.quorate.api.TxnRequest;
import io.quorate.consensus.Point;
import io.quorate.consensus.wire.Bytes;
import io.quorate.replica.Worker;
import io.quorate.store.Command;
import io.quorate.store.Event;
import io.quorate.store.HeapEngines;
import io.quorate.store.KeyRange;
import io.quorate.store.KvStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every watcher sees what happened to its keys: all of it, once, in order, and no revision torn.
class WatchHubTest {
  /// Runs tasks when it is told to.
  private static final class Queue implements Worker {
    private final ArrayDeque<Runnable> steps = new ArrayDeque<>();

    @Override
    public void run(Runnable task, Runnable then) {
      steps.addLast(() -> {
        task.run();
        steps.addLast(then);
      });
    }

    boolean step() {
      var next = steps.pollFirst();
      if (next != null) {
        next.run();
      }
      return next != null;
    }
  }

  private static final class Client implements Recipient {
    private record Told(List<io.quorate.api.mvcc.Event> events, long revision) {}

    private final List<Told> told = new ArrayList<>();
    private final Map<Watcher, Long> last = new HashMap<>();
    boolean ready = true;
    long compacted;

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void events(Watcher watcher, List<Event> events, long revision) {
      assertThat(ready).as("whether it keeps up").isTrue();
      assertThat(compacted).isZero();
      long newest = events.getLast().revision();
      var before = last.put(watcher, newest);
      assertThat(before == null || before < events.getFirst().revision())
          .as("nothing is shown twice, and no revision is torn")
          .isTrue();
      var parsed = new ArrayList<io.quorate.api.mvcc.Event>();
      for (var event : events) {
        parsed.add(parsed(event.encoded(watcher.subject().previous())));
      }
      told.add(new Told(parsed, revision));
    }

    private static io.quorate.api.mvcc.Event parsed(Bytes event) {
      try {
        return io.quorate.api.mvcc.Event.parseFrom(event.asByteBuffer());
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void compacted(Watcher watcher, long revision) {
      compacted = revision;
    }

    List<String> seen() {
      return told.stream().flatMap(each -> each.events.stream()).map(WatchHubTest::line).toList();
    }
  }

  private static String line(io.quorate.api.mvcc.Event event) {
    var kv = event.getKv();
    return "%s %s %s%s"
        .formatted(
            kv.getModRevision(),
            event.getType(),
            kv.getKey().toStringUtf8(),
            event.hasPrevKv() ? " was " + event.getPrevKv().getValue().toStringUtf8() : "");
  }

  private final Queue storage = new Queue();
  private final Queue reader = new Queue();
  private final KvStore store =
      KvStore.open(
          new KvStore.Ports(new HeapEngines(), storage, reader), KvStore.Limits.DEFAULT, "1");
  private final WatchHub hub = new WatchHub(store);
  private long index;

  /// What happened, as a watcher of everything sees it, by revision and place.
  private final List<String> all = new ArrayList<>();

  private final List<String> allWithPrevious = new ArrayList<>();
  private final TreeMap<String, String> values = new TreeMap<>();

  private void settle() {
    while (storage.step() || reader.step()) {
      // Until nothing is left to do.
    }
  }

  private void apply(Command.Type type, MessageLite request) {
    var command = Command.of(type, Bytes.of(request.toByteArray())).encode();
    while (!store.ready(List.of(command), () -> {})) {
      settle();
    }
    store.apply(command, false);
    index++;
    store.applied(new Point(index, 1), () -> Bytes.EMPTY);
  }

  private void changed(long revision, String key, @Nullable String value) {
    var was = values.get(key);
    if (value == null) {
      values.remove(key);
    } else {
      values.put(key, value);
    }
    var line = "%s %s %s".formatted(revision, value == null ? "DELETE" : "PUT", key);
    all.add(line);
    allWithPrevious.add(was == null ? line : line + " was " + was);
  }

  private static PutRequest.Builder putOf(String key, String value) {
    return PutRequest.newBuilder()
        .setKey(ByteString.copyFromUtf8(key))
        .setValue(ByteString.copyFromUtf8(value));
  }

  private void put(String key, String value) {
    apply(Command.Type.PUT, putOf(key, value).build());
    changed(store.revision(), key, value);
  }

  private void delete(String key) {
    apply(
        Command.Type.DELETE_RANGE,
        DeleteRangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build());
    if (values.containsKey(key)) {
      changed(store.revision(), key, null);
    }
  }

  /// Puts keys in one revision.
  private void putTogether(List<String> keys, String value) {
    var txn = TxnRequest.newBuilder();
    keys.forEach(key -> txn.addSuccess(RequestOp.newBuilder().setRequestPut(putOf(key, value))));
    apply(Command.Type.TXN, txn.build());
    keys.forEach(key -> changed(store.revision(), key, value));
  }

  private void compact(long revision) {
    apply(Command.Type.COMPACT, CompactionRequest.newBuilder().setRevision(revision).build());
  }

  private static Watcher.Subject everything() {
    return new Watcher.Subject(
        KeyRange.of(Bytes.of(new byte[1]), Bytes.of(new byte[1])), true, true, false);
  }

  private static Watcher.Subject keys(String key, String end) {
    return new Watcher.Subject(KeyRange.of(Bytes.utf8(key), Bytes.utf8(end)), true, true, true);
  }

  @Test
  void whatATurnAppliedIsShownTogether() {
    var client = new Client();
    hub.watch(everything(), 0, client);
    put("a", "1");
    putTogether(List.of("b", "c"), "2");
    assertThat(client.told).isEmpty();
    hub.flush();
    assertThat(client.seen()).containsExactly("2 PUT a", "3 PUT b", "3 PUT c");
    assertThat(client.told).hasSize(1);
    assertThat(client.told.getFirst().revision).isEqualTo(3);
  }

  @Test
  void filtersLeaveOut() {
    var onlyDeletes = new Client();
    var nothing = new Client();
    var range = KeyRange.of(Bytes.utf8("a"), Bytes.EMPTY);
    hub.watch(new Watcher.Subject(range, false, true, false), 0, onlyDeletes);
    hub.watch(new Watcher.Subject(range, false, false, false), 1, nothing);
    put("a", "1");
    delete("a");
    hub.flush();
    settle();
    assertThat(onlyDeletes.seen()).containsExactly("3 DELETE a");
    assertThat(nothing.told).isEmpty();
    assertThat(hub.lagging()).isZero();
  }

  @Test
  void aWatchThatBeginsInTheFutureSeesNothingBefore() {
    var client = new Client();
    var watcher = hub.watch(everything(), 4, client);
    put("a", "1");
    put("a", "2");
    hub.flush();
    assertThat(hub.isInSync(watcher)).isFalse();
    put("a", "3");
    hub.flush();
    assertThat(hub.isInSync(watcher)).isTrue();
    assertThat(client.seen()).containsExactly("4 PUT a");
  }

  /// So no progress is told of a revision before it (etcd-116).
  @Test
  void aWatchOfTheFutureIsNotInSyncBeforeItBegins() {
    var far = hub.watch(everything(), 10, new Client());
    put("a", "1");
    hub.flush();
    assertThat(hub.isInSync(far)).isFalse();

    var next = hub.watch(everything(), hub.revision() + 1, new Client());
    assertThat(hub.isInSync(next)).isFalse();
    assertThat(hub.isInSync(hub.watch(everything(), 0, new Client()))).isTrue();
    put("a", "2");
    hub.flush();
    assertThat(hub.isInSync(next)).isTrue();
  }

  @Test
  void whatIsForgottenEndsAWatch() {
    put("a", "1");
    put("a", "2");
    put("a", "3");
    compact(3);
    var late = new Client();
    var inTime = new Client();
    hub.watch(everything(), 2, late);
    hub.watch(everything(), 3, inTime);
    settle();
    assertThat(late.compacted).isEqualTo(3);
    assertThat(late.told).isEmpty();
    assertThat(inTime.seen()).containsExactly("3 PUT a", "4 PUT a");
    assertThat(hub.watchers()).isEqualTo(1);
  }

  @Test
  void aDeleteAtTheCompactedRevisionIsStillSeen() {
    put("a", "1");
    put("b", "1");
    delete("a");
    compact(4);
    settle();
    var client = new Client();
    hub.watch(everything(), 4, client);
    settle();
    assertThat(client.seen()).containsExactly("4 DELETE a");
  }

  @Test
  void nothingWaitsForAClientThatReadsNothing() {
    var client = new Client();
    var watcher = hub.watch(everything(), 0, client);
    client.ready = false;
    for (int i = 0; i < 500; i++) {
      put("k" + i % 7, "v" + i);
      hub.flush();
    }
    settle();
    assertThat(client.told).isEmpty();
    assertThat(hub.lagging()).isEqualTo(1);
    client.ready = true;
    hub.ready(List.of(watcher));
    settle();
    assertThat(client.seen()).isEqualTo(all);
    assertThat(hub.lagging()).isZero();
  }

  @Test
  void aRevisionOfManyChangesIsReadBackWhole() {
    var client = new Client();
    hub.watch(everything(), 0, client);
    put("before", "1");
    putTogether(IntStream.range(0, 1_500).mapToObj("k%04d"::formatted).toList(), "x");
    put("after", "1");
    hub.flush();
    settle();
    assertThat(client.seen()).isEqualTo(all);
  }

  @Test
  void catchingUpGivesAThousandRevisionsAtATime() {
    for (int i = 0; i < 1_001; i++) {
      put("k", "v");
    }
    var client = new Client();
    hub.watch(keys("k", ""), 1, client);
    settle();
    assertThat(client.told).extracting(told -> told.events.size()).containsExactly(1_000, 1);
    assertThat(client.told).extracting(Client.Told::revision).containsOnly(1_002L);
  }

  @Test
  void aClosedWatchSeesNothingMore() {
    var client = new Client();
    var live = hub.watch(everything(), 0, client);
    var lagging = hub.watch(everything(), 1, client);
    put("a", "1");
    hub.close(live);
    hub.close(lagging);
    hub.flush();
    settle();
    assertThat(client.told).isEmpty();
    assertThat(hub.watchers()).isZero();
    assertThat(hub.lagging()).isZero();
  }

  /// Nothing is read on the loop that may be large, and nobody is given more than a node has room
  /// for.
  @ParameterizedTest
  @ValueSource(ints = {60, 300})
  void aDeleteOfLargeValuesIsReadBackWithAsMuchOfThemAsThereIsRoomFor(int keys) {
    var value = "x".repeat(100_000);
    for (int i = 0; i < keys; i++) {
      put("k%03d".formatted(i), value);
      settle();
    }
    var client = new Client();
    hub.watch(keys("k", "l"), 0, client);
    apply(
        Command.Type.DELETE_RANGE,
        DeleteRangeRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8("k"))
            .setRangeEnd(ByteString.copyFromUtf8("l"))
            .build());
    assertThat(hub.lagging()).isEqualTo(1);
    settle();
    assertThat(hub.lagging()).isZero();
    var events = client.told.getFirst().events;
    assertThat(events).hasSize(keys);
    long previous = events.stream().filter(io.quorate.api.mvcc.Event::hasPrevKv).count();
    assertThat(previous).isEqualTo(Math.min(keys, 168));
  }

  /// However steadily something is written.
  @Test
  void manyThatBeginInThePastGoLiveUnderWrites() {
    for (int i = 0; i < 10; i++) {
      put("k", "v");
    }
    var clients = IntStream.range(0, 3).mapToObj(i -> new Client()).toList();
    clients.forEach(client -> hub.watch(everything(), 1, client));
    for (int round = 0; round < 20 && hub.lagging() > 0; round++) {
      put("k", "v");
      hub.flush();
      storage.step();
      storage.step();
      reader.step();
      reader.step();
    }
    assertThat(hub.lagging()).isZero();
    hub.flush();
    clients.forEach(client -> assertThat(client.seen()).isEqualTo(all));
  }

  /// What takes many walks for others takes one for who is nearly there.
  @Test
  void whoIsFarBehindDelaysNobodyWhoIsNot() {
    var keys = IntStream.range(0, 100).mapToObj("k%02d"::formatted).toList();
    for (int i = 0; i < 2_500; i++) {
      putTogether(keys, "v");
    }
    settle();
    for (int i = 0; i < 2; i++) {
      hub.watch(keys("nothing", ""), 1, new Client());
    }
    var near = new Client();
    hub.watch(everything(), store.revision(), near);
    int steps = 0;
    while (near.told.isEmpty()) {
      storage.step();
      steps += reader.step() ? 1 : 0;
    }
    assertThat(steps).as("reading and handing over, each for three walks").isLessThanOrEqualTo(6);
    assertThat(hub.lagging()).isEqualTo(2);
  }

  /// Slow and fast clients, watches from anywhere, workers at any pace.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void everyWatcherSeesAllOnceAndInOrder(long seed) {
    var random = new Random(seed);
    record Watch(Client client, Watcher watcher, long from) {}
    var watches = new ArrayList<Watch>();
    for (int step = 0; step < 3_000; step++) {
      var key = "k" + random.nextInt(10);
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> put(key, "v" + step);
        case 4 -> delete(key);
        case 5 -> putTogether(List.of(key, "other", "z" + step), "t" + step);
        case 6 -> hub.flush();
        case 7, 8 -> storage.step();
        case 9 -> reader.step();
        case 10 -> {
          if (watches.size() < 30 && random.nextInt(10) == 0) {
            long from = random.nextBoolean() ? 0 : 1 + random.nextLong(store.revision() + 20);
            var client = new Client();
            var subject = random.nextBoolean() ? everything() : keys("k3", "k7");
            hub.flush();
            long begins = from == 0 ? hub.revision() + 1 : from;
            watches.add(new Watch(client, hub.watch(subject, from, client), begins));
          }
        }
        default -> {
          if (!watches.isEmpty()) {
            var watch = watches.get(random.nextInt(watches.size()));
            watch.client.ready = !watch.client.ready;
            if (watch.client.ready) {
              hub.ready(List.of(watch.watcher));
            }
          }
        }
      }
    }
    for (var watch : watches) {
      watch.client.ready = true;
      hub.ready(List.of(watch.watcher));
    }
    hub.flush();
    settle();
    assertThat(hub.lagging()).isZero();
    for (var watch : watches) {
      boolean previous = watch.watcher.subject().previous();
      var expected =
          (previous ? allWithPrevious : all)
              .stream()
                  .filter(line -> Long.parseLong(line.split(" ", 2)[0]) >= watch.from)
                  .filter(line ->
                      watch.watcher.subject().keys().contains(Bytes.utf8(line.split(" ", -1)[2])))
                  .toList();
      assertThat(watch.client.seen()).isEqualTo(expected);
      for (int i = 1; i < watch.client.told.size(); i++) {
        var before = watch.client.told.get(i - 1).events.getLast().getKv().getModRevision();
        var after = watch.client.told.get(i).events.getFirst().getKv().getModRevision();
        assertThat(after).as("no revision is torn").isGreaterThan(before);
      }
    }
  }
}
