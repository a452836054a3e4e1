package io.quorate.cli.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.quorate.api.CompactionRequest;
import io.quorate.api.DeleteRangeRequest;
import io.quorate.api.KVGrpc;
import io.quorate.api.PutRequest;
import io.quorate.api.RequestOp;
import io.quorate.api.TxnRequest;
import io.quorate.api.WatchCreateRequest;
import io.quorate.api.WatchResponse;
import io.quorate.api.mvcc.Event;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/// `Watch` on the wire, fact by fact (etcd-102 to 151).
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WatchIT {
  private static final ByteString ALL = ByteString.copyFrom(new byte[1]);

  private @Nullable Cluster cluster;
  private @Nullable Node node;
  private String prefix = "";

  @BeforeAll
  void start() throws Exception {
    cluster = Cluster.of(1, "watch").startAll();
    node = Node.at(cluster.endpoint(1));
  }

  @AfterAll
  void end() {
    if (node != null) {
      node.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  /// Keys of its own for each test.
  @BeforeEach
  void name(TestInfo test) {
    prefix = test.getTestMethod().orElseThrow().getName() + "/";
  }

  private Node node() {
    return requireNonNull(node);
  }

  private KVGrpc.KVBlockingStub kv() {
    return KVGrpc.newBlockingStub(node().channel());
  }

  private long put(String key, String value) {
    return node().put(prefix + key, value);
  }

  private ByteString bytes(String key) {
    return ByteString.copyFromUtf8(prefix + key);
  }

  private long delete(String key) {
    return kv().deleteRange(DeleteRangeRequest.newBuilder().setKey(bytes(key)).build())
        .getHeader()
        .getRevision();
  }

  private void compact(long revision) {
    kv().compact(CompactionRequest.newBuilder().setRevision(revision).build());
  }

  private long revision() {
    return node().get("none").getHeader().getRevision();
  }

  private WatchCreateRequest.Builder mine() {
    return WatchCall.prefix(prefix);
  }

  private List<String> lines(WatchResponse response) {
    return response.getEventsList().stream().map(this::line).toList();
  }

  private String line(Event event) {
    var kv = event.getKv();
    return "%s %s %s"
        .formatted(
            event.getType(),
            kv.getKey().toStringUtf8().substring(prefix.length()),
            event.hasPrevKv() ? "was " + event.getPrevKv().getValue().toStringUtf8() : "new");
  }

  /// Events until there are so many.
  private List<String> events(WatchCall call, int count) throws InterruptedException {
    var events = new ArrayList<String>();
    while (events.size() < count) {
      events.addAll(lines(call.next()));
    }
    return events;
  }

  @Test
  void theServerPicksIdsFromZeroUp() throws Exception {
    try (var call = WatchCall.open(node())) {
      var first = call.create(mine());
      assertThat(first.getCreated()).isTrue();
      assertThat(first.getWatchId()).isZero();
      assertThat(first.getHeader().getRevision()).isEqualTo(revision());
      assertThat(first.getHeader().getClusterId()).isNotZero();
      assertThat(first.getHeader().getMemberId()).isNotZero();
      assertThat(call.create(mine().setWatchId(1)).getWatchId()).isEqualTo(1);
      assertThat(call.create(mine()).getWatchId()).isEqualTo(2);
      assertThat(call.create(mine().setWatchId(77)).getWatchId()).isEqualTo(77);
    }
  }

  @Test
  void whatIsRefusedLeavesTheOthersAlone() throws Exception {
    try (var call = WatchCall.open(node())) {
      call.create(mine().setWatchId(5));
      var refusals =
          List.of(
              call.create(mine().setWatchId(5)),
              call.create(mine().setRangeEnd(bytes(""))),
              call.create(mine().setStartRevision(-1)));
      assertThat(refusals)
          .allMatch(WatchResponse::getCreated)
          .allMatch(WatchResponse::getCanceled)
          .extracting(WatchResponse::getWatchId)
          .containsOnly(-1L);
      assertThat(refusals)
          .extracting(WatchResponse::getCancelReason)
          .containsExactly(
              "mvcc: duplicate watch ID provided on the WatchStream",
              "mvcc: watcher range is empty",
              "etcdserver: mvcc: required revision has been compacted");
      assertThat(refusals).extracting(WatchResponse::getCompactRevision).containsOnly(0L);
      put("a", "1");
      assertThat(lines(call.next())).containsExactly("PUT a new");
    }
  }

  @Test
  void aPutIsShownWholeAndADeleteByKeyAndRevision() throws Exception {
    try (var call = WatchCall.open(node())) {
      call.create(mine());
      put("a", "1");
      long revision = delete("a");
      var put = call.next();
      var kv = put.getEvents(0).getKv();
      assertThat(kv.getValue().toStringUtf8()).isEqualTo("1");
      assertThat(kv.getVersion()).isEqualTo(1);
      assertThat(kv.getCreateRevision()).isEqualTo(kv.getModRevision());
      assertThat(put.getHeader().getRevision()).isEqualTo(kv.getModRevision());
      var deleted = call.next().getEvents(0);
      assertThat(deleted.getType()).isEqualTo(Event.EventType.DELETE);
      assertThat(deleted.getKv())
          .isEqualTo(
              io.quorate.api.mvcc.KeyValue.newBuilder()
                  .setKey(bytes("a"))
                  .setModRevision(revision)
                  .build());
      assertThat(deleted.hasPrevKv()).isFalse();
    }
  }

  @Test
  void previousValuesAreShownLiveAndFromThePast() throws Exception {
    long begin = revision() + 1;
    try (var live = WatchCall.open(node());
        var past = WatchCall.open(node())) {
      live.create(mine().setPrevKv(true));
      put("a", "1");
      put("a", "2");
      delete("a");
      put("a", "3");
      var expected = List.of("PUT a new", "PUT a was 1", "DELETE a was 2", "PUT a new");
      assertThat(events(live, 4)).isEqualTo(expected);
      past.create(mine().setPrevKv(true).setStartRevision(begin));
      assertThat(events(past, 4)).isEqualTo(expected);
    }
  }

  @Test
  void aTransactionIsOneResponse() throws Exception {
    try (var call = WatchCall.open(node())) {
      call.create(mine());
      var txn = TxnRequest.newBuilder();
      for (var key : List.of("c", "a", "b")) {
        txn.addSuccess(
            RequestOp.newBuilder().setRequestPut(PutRequest.newBuilder().setKey(bytes(key))));
      }
      kv().txn(txn.build());
      assertThat(lines(call.next())).containsExactly("PUT c new", "PUT a new", "PUT b new");
    }
  }

  @Test
  void filtersAndFuture() throws Exception {
    try (var call = WatchCall.open(node())) {
      call.create(mine().addFilters(WatchCreateRequest.FilterType.NOPUT));
      call.create(mine().setStartRevision(revision() + 3));
      put("a", "1");
      put("a", "2");
      put("a", "3");
      var future = call.next();
      assertThat(future.getWatchId()).isEqualTo(1);
      assertThat(future.getEvents(0).getKv().getValue().toStringUtf8()).isEqualTo("3");
      delete("a");
      assertThat(List.of(call.next().getWatchId(), call.next().getWatchId()))
          .containsExactlyInAnyOrder(0L, 1L);
    }
  }

  @Test
  void cancelIsAnsweredOnceAndTheIdIsFree() throws Exception {
    try (var call = WatchCall.open(node())) {
      call.create(mine().setWatchId(9));
      call.cancel(9);
      var cancelled = call.next();
      assertThat(cancelled.getCanceled()).isTrue();
      assertThat(cancelled.getCreated()).isFalse();
      assertThat(cancelled.getWatchId()).isEqualTo(9);
      assertThat(cancelled.getCancelReason()).isEmpty();
      assertThat(cancelled.getCompactRevision()).isZero();
      assertThat(cancelled.getHeader().getRevision()).isPositive();
      call.cancel(9);
      put("a", "1");
      assertThat(call.create(mine().setWatchId(9)).getWatchId()).isEqualTo(9);
      put("a", "2");
      assertThat(call.next().getEvents(0).getKv().getValue().toStringUtf8()).isEqualTo("2");
    }
  }

  @Test
  void aForgottenBeginningIsToldAfterTheAnswer() throws Exception {
    put("a", "1");
    put("a", "2");
    long last = delete("a");
    compact(last);
    try (var call = WatchCall.open(node())) {
      var created = call.create(mine().setStartRevision(last - 1));
      assertThat(created.getCreated()).isTrue();
      assertThat(created.getCanceled()).isFalse();
      var cancelled = call.next();
      assertThat(cancelled.getCanceled()).isTrue();
      assertThat(cancelled.getCreated()).isFalse();
      assertThat(cancelled.getCompactRevision()).isEqualTo(last);
      assertThat(cancelled.getCancelReason()).isEmpty();
      assertThat(cancelled.getHeader().getRevision()).isZero();
      call.create(mine().setStartRevision(last));
      assertThat(lines(call.next())).containsExactly("DELETE a new");
    }
  }

  @Test
  void progressOnDemandComesBehindAllEvents() throws Exception {
    try (var call = WatchCall.open(node())) {
      call.create(mine());
      call.create(WatchCall.of("elsewhere"));
      long last = put("a", "1");
      call.progress();
      assertThat(lines(call.next())).containsExactly("PUT a new");
      var progress = call.next();
      assertThat(progress.getWatchId()).isEqualTo(-1);
      assertThat(progress.getEventsCount()).isZero();
      assertThat(progress.getCreated() || progress.getCanceled()).isFalse();
      assertThat(progress.getHeader().getRevision()).isGreaterThanOrEqualTo(last);
    }
  }

  @Test
  void progressIsNotToldOfAFutureWatchNorOfNone() throws Exception {
    try (var none = WatchCall.open(node());
        var future = WatchCall.open(node())) {
      future.create(mine().setStartRevision(revision() + 1_000_000));
      none.progress();
      future.progress();
      assertThat(none.nextWithin(300)).isNull();
      assertThat(future.nextWithin(10)).isNull();
    }
  }

  @Test
  void largeResponsesAreCutOnRequest() throws Exception {
    var value = "x".repeat(900_000);
    long begin = revision() + 1;
    for (int i = 0; i < 3; i++) {
      var txn = TxnRequest.newBuilder();
      txn.addSuccess(
          RequestOp.newBuilder()
              .setRequestPut(
                  PutRequest.newBuilder()
                      .setKey(bytes("k" + i))
                      .setValue(ByteString.copyFromUtf8(value))));
      kv().txn(txn.build());
    }
    var all =
        kv().deleteRange(
                DeleteRangeRequest.newBuilder().setKey(bytes("k")).setRangeEnd(bytes("l")).build());
    assertThat(all.getDeleted()).isEqualTo(3);
    try (var call = WatchCall.open(node())) {
      call.create(mine().setStartRevision(begin).setFragment(true).setPrevKv(true));
      var events = new ArrayList<String>();
      int cut = 0;
      while (events.size() < 6) {
        var response = call.next();
        assertThat(response.getSerializedSize()).isLessThan(1_572_864 + (512 << 10));
        cut += response.getFragment() ? 1 : 0;
        events.addAll(lines(response).stream().map(line -> line.split(" ", 2)[0]).toList());
      }
      assertThat(events).containsExactly("PUT", "PUT", "PUT", "DELETE", "DELETE", "DELETE");
      assertThat(cut).isPositive();
    }
  }

  @Test
  void aClientThatSendsNothingMoreIsStillShownEvents() throws Exception {
    try (var call = WatchCall.open(node())) {
      call.create(mine());
      call.halfClose();
      put("a", "1");
      assertThat(lines(call.next())).containsExactly("PUT a new");
      assertThat(call.isOver()).isFalse();
    }
  }

  @Test
  void unknownRequestsArePassedOver() throws Exception {
    try (var call = WatchCall.open(node())) {
      call.cancel(12345);
      assertThat(call.create(mine()).getWatchId()).isZero();
    }
  }

  @Test
  void aLeaderIsThereForWhoAsks() throws Exception {
    var metadata = new Metadata();
    metadata.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
    try (var call = WatchCall.open(node(), metadata)) {
      assertThat(call.create(mine()).getCreated()).isTrue();
    }
  }

  @Test
  void aClientThatReadsLateMissesNothingAndHoldsNobodyUp() throws Exception {
    var value = "x".repeat(10_000);
    int count = 2_000;
    try (var slow = WatchCall.unread(node());
        var fast = WatchCall.open(node())) {
      slow.send(mine());
      fast.create(mine());
      for (int i = 0; i < count; i++) {
        put("k%05d".formatted(i), value);
      }
      events(fast, count);
      slow.read(Integer.MAX_VALUE);
      assertThat(slow.next().getCreated()).isTrue();
      var seen = events(slow, count);
      for (int i = 0; i < count; i++) {
        assertThat(seen.get(i)).isEqualTo("PUT k%05d new".formatted(i));
      }
    }
  }

  @Test
  void everythingFromTheBeginning() throws Exception {
    put("a", "1");
    try (var call = WatchCall.open(node())) {
      long begin = Math.max(1, node().compacted());
      call.create(WatchCreateRequest.newBuilder().setRangeEnd(ALL).setStartRevision(begin));
      assertThat(call.next().getEventsCount()).isPositive();
    }
  }
}
