package io.quorate.store;

import static io.quorate.store.StoreHarness.bytes;
import static io.quorate.store.StoreHarness.command;
import static io.quorate.store.StoreHarness.putOf;
import static io.quorate.store.StoreHarness.rangeOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.Point;
import io.quorate.consensus.wire.Bytes;
import io.quorate.replica.StateMachine.Durable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class DurabilityTest {
  private final StoreHarness store = new StoreHarness();

  private static Durable at(long index) {
    return new Durable(new Point(index, 1), Bytes.utf8("kept " + index));
  }

  private static Bytes put(String key, String value) {
    return command(Command.Type.PUT, putOf(key, value).build());
  }

  @Test
  void aFlushMakesDurableWhatWasAppliedBeforeIt() {
    assertThat(store.store.durable()).isEqualTo(Durable.NOTHING);
    store.put("a", "1");
    store.put("b", "2");
    var done = new AtomicBoolean();
    store.store.flush(() -> done.set(true));
    assertThat(done.get()).isFalse();
    assertThat(store.store.durable()).isEqualTo(Durable.NOTHING);
    store.settle();

    assertThat(done.get()).isTrue();
    assertThat(store.store.durable()).isEqualTo(at(2));
    store.put("c", "3");
    store.store.drain();
    store.settle();
    assertThat(store.store.durable()).isEqualTo(at(2));
  }

  @Test
  void aCrashLeavesWhatWasDurableWithWhatTheReplicaKept() throws Exception {
    store.put("a", "1");
    store.flush();
    store.put("a", "2");
    store.store.drain();
    store.settle();
    store.crash("1");

    assertThat(store.store.durable()).isEqualTo(at(1));
    assertThat(store.store.revision()).isEqualTo(2);
    assertThat(store.all(0)).containsExactly("a=1");
    store.put("a", "2 again");
    assertThat(store.range("a", "").range().getKvs(0).getVersion()).isEqualTo(2);
  }

  @Test
  void anEntryWithoutCommandsIsDurableAfterAFlushToo() {
    store.entry(List.of());
    store.entry(List.of());
    store.flush();

    assertThat(store.store.durable()).isEqualTo(at(2));
  }

  @Test
  void aPartOfAnEntryIsInTheEngineWithItsNumberOfCommands() throws Exception {
    store.put("a", "1");
    store.store.apply(put("b", "1"), true);
    store.store.apply(put("c", "1"), true);
    store.flush();
    assertThat(store.store.durable())
        .isEqualTo(new Durable(new Point(1, 1), Bytes.utf8("kept 1"), 2));
    store.store.apply(put("d", "1"), true);
    store.crash("1");

    assertThat(store.begun).isEqualTo(2);
    assertThat(store.all(0)).containsExactly("a=1", "b=1", "c=1");
    var commands = List.of(put("b", "1"), put("c", "1"), put("d", "1"));
    assertThat(store.entry(commands)).hasSize(1);
    assertThat(store.store.revision()).isEqualTo(5);
    assertThat(store.all(0)).containsExactly("a=1", "b=1", "c=1", "d=1");
    store.flush();
    assertThat(store.store.durable()).isEqualTo(at(2));
  }

  @Test
  void whatIsWrittenFirstAfterAStartKeepsWhatWasKept() {
    store.put("a", "1");
    store.flush();
    store.crash("1");
    store.store.apply(put("b", "1"), true);
    store.flush();

    assertThat(store.store.durable())
        .isEqualTo(new Durable(new Point(1, 1), Bytes.utf8("kept 1"), 1));
  }

  @Test
  void anEntryWaitsForRoomBetweenItsCommands() {
    var value = "x".repeat(1 << 20);
    store.store.drain();
    for (int i = 0; i < 16; i++) {
      assertThat(store.store.hasRoom(Bytes.EMPTY, () -> {})).isTrue();
      store.store.apply(put("k" + i, value), false);
    }
    var asked = new AtomicBoolean();
    assertThat(store.store.hasRoom(Bytes.EMPTY, () -> asked.set(true))).isFalse();
    assertThat(asked.get()).isFalse();
    store.settle();

    assertThat(asked.get()).isTrue();
    assertThat(store.store.hasRoom(Bytes.EMPTY, () -> {})).isTrue();
    assertThat(store.store.isDrained()).isTrue();
    assertThat(store.store.isWithinEntry()).isTrue();
  }

  @Test
  void anImageWaitsForTheEndOfAnEntry() {
    store.put("a", "1");
    store.store.apply(put("b", "1"), true);
    store.store.drain();
    store.settle();
    assertThat(store.store.isDrained()).isTrue();
    var taken = new ArrayList<Durable>();
    store.store.image(image -> {
      taken.add(image.at());
      image.close();
    });
    store.store.apply(put("c", "1"), true);
    store.store.drain();
    store.settle();
    assertThat(taken).isEmpty();
    store.store.applied(new Point(2, 1), () -> Bytes.utf8("kept 2"));
    store.settle();

    assertThat(taken).containsExactly(at(2));
  }

  @Test
  void anImageIsNotKeptWaitingByEntriesThatBeginMeanwhile() {
    store.put("a", "1");
    store.store.drain(); // on its way
    store.put("a", "2");
    var taken = new ArrayList<Durable>();
    store.store.image(image -> {
      taken.add(image.at());
      image.close();
    });
    var asked = new AtomicBoolean();
    assertThat(store.store.ready(List.of(put("a", "3")), () -> asked.set(true))).isFalse();
    store.storage.work();
    store.storage.handOver();
    assertThat(asked.get()).isTrue();
    store.store.apply(put("a", "3"), true);
    store.store.drain();
    store.settle();

    assertThat(taken).containsExactly(at(2));
  }

  @Test
  void whatIsKeptIsAskedWhenTheStateIsWritten() {
    var kept = new ArrayList<String>(List.of("old"));
    store.store.apply(put("a", "1"), true);
    store.store.applied(new Point(1, 1), () -> Bytes.utf8(kept.getFirst()));
    kept.set(0, "new");
    store.flush();

    assertThat(store.store.durable().kept()).isEqualTo(Bytes.utf8("new"));
  }

  @Test
  void aNumberOfCommandsIsTakenIntoTheEngineByItself() {
    for (int i = 0; i < 255; i++) {
      store.put("a", "1");
    }
    assertThat(store.storage.isIdle()).isTrue();
    store.put("a", "1");
    assertThat(store.storage.isIdle()).isFalse();
    store.settle();

    assertThat(store.store.isDrained()).isTrue();
  }

  @Test
  void manyBytesAreTakenIntoTheEngineByThemselves() {
    store.put("a", "x".repeat(1 << 20));
    assertThat(store.storage.isIdle()).isFalse();
  }

  @Test
  void theTimerTakesInTheRest() {
    assertThat(store.store.isDrained()).isTrue();
    store.put("a", "1");
    assertThat(store.store.isDrained()).isFalse();
    store.store.drain();
    store.settle();

    assertThat(store.store.isDrained()).isTrue();
    store.store.drain();
    assertThat(store.storage.isIdle()).isTrue();
  }

  @Test
  void pastItsBoundTheOverlayTakesNoMoreBatchesUntilSomeLeft() {
    var value = "x".repeat(1 << 20);
    for (int i = 0; i < 16; i++) {
      store.store.apply(put("k" + i, value), false);
      store.store.applied(new Point(i + 1, 1), () -> Bytes.EMPTY);
    }
    var asked = new AtomicBoolean();
    var next = List.of(put("k0", "small"));
    assertThat(store.store.ready(next, () -> asked.set(true))).isFalse();
    assertThat(asked.get()).isFalse();
    store.settle();

    assertThat(asked.get()).isTrue();
    assertThat(store.store.ready(next, () -> {})).isTrue();
  }

  @Test
  void aBatchWaitsUntilWhatItLooksAtIsFetched() throws Exception {
    store.put("a", "1");
    store.flush();
    store.crash("1");
    var commands =
        List.of(
            command(Command.Type.PUT, putOf("a", "2").setPrevKv(true).build()), put("new", "1"));
    var asked = new AtomicBoolean();
    assertThat(store.store.ready(commands, () -> asked.set(true))).isFalse();
    store.settle();
    assertThat(asked.get()).isTrue();
    assertThat(store.store.ready(commands, () -> {})).isTrue();

    // From now on both are at hand.
    assertThat(store.store.ready(commands, () -> {})).isTrue();
    assertThat(
            StoreHarness.Answer.of(store.store.apply(commands.getFirst(), true))
                .put()
                .getPrevKv()
                .getValue())
        .isEqualTo(bytes("1"));
  }

  @Test
  void whatAnExpectedBatchLooksAtIsFetchedBeforeItsTurn() {
    store.put("a", "1");
    store.flush();
    store.crash("1");
    var commands = List.of(put("a", "2"), put("new", "1"));
    store.store.expect(commands);
    store.settle();

    assertThat(store.store.ready(commands, () -> {})).isTrue();
    assertThat(store.reader.isIdle()).isTrue();
  }

  @Test
  void anExpectedBatchWaitsForWhatIsOnItsWayAlready() {
    store.put("a", "1");
    store.flush();
    store.crash("1");
    var commands = List.of(put("a", "2"));
    store.store.expect(commands);
    var asked = new AtomicBoolean();
    assertThat(store.store.ready(commands, () -> asked.set(true))).isFalse();
    store.reader.work();
    store.reader.handOver();

    assertThat(asked.get()).isTrue();
    assertThat(store.store.ready(commands, () -> {})).isTrue();
    assertThat(store.reader.isIdle()).isTrue();
  }

  @Test
  void applyIsRightWithoutAnyFetching() throws Exception {
    store.put("a", "1");
    store.put("b", "1");
    store.flush();
    store.crash("1");
    store.store.apply(put("a", "2"), false);
    store.store.apply(
        command(Command.Type.DELETE_RANGE, StoreHarness.deleteOf("b", "c").build()), false);
    store.store.applied(new Point(3, 1), () -> Bytes.EMPTY);

    assertThat(store.all(0)).containsExactly("a=2");
    assertThat(store.range("a", "").range().getKvs(0).getVersion()).isEqualTo(2);
  }

  @Test
  void aHotKeyIsReadWithinTheCall() {
    store.put("a", "1");
    var answered = new ArrayList<Outcome>();
    store.store.range(StoreHarness.parsed(rangeOf("a", "")), answered::add);
    assertThat(answered).hasSize(1);

    store.store.drain();
    store.settle();
    store.store.range(StoreHarness.parsed(rangeOf("a", "")), answered::add);
    assertThat(answered).hasSize(2);
  }

  @Test
  void aColdKeyIsReadOnceAndThenHot() {
    store.put("a", "1");
    store.flush();
    store.crash("1");
    var answered = new ArrayList<Outcome>();
    store.store.range(StoreHarness.parsed(rangeOf("a", "")), answered::add);
    store.store.range(StoreHarness.parsed(rangeOf("none", "")), answered::add);
    assertThat(answered).isEmpty();
    store.settle();
    assertThat(answered).hasSize(2);

    store.store.range(StoreHarness.parsed(rangeOf("a", "")), answered::add);
    store.store.range(StoreHarness.parsed(rangeOf("none", "")), answered::add);
    assertThat(answered).hasSize(4);
    assertThat(answered.get(2)).isEqualTo(answered.get(0));
    assertThat(answered.get(3)).isEqualTo(answered.get(1));
  }

  @Test
  void whatAReadFoundDoesNotComeBackOverALaterChange() throws Exception {
    var large = "x".repeat(70_000); // too large for the cache, so that reads fetch it each time
    store.put("a", large);
    store.store.drain();
    store.settle();
    var answered = new ArrayList<Outcome>();
    store.store.range(StoreHarness.parsed(rangeOf("a", "")), answered::add);
    store.reader.work();
    store.put("a", "small");
    store.store.drain();
    store.storage.work();
    store.storage.handOver();
    store.settle();

    assertThat(answered).hasSize(1);
    assertThat(store.range("a", "").range().getKvs(0).getValue()).isEqualTo(bytes("small"));
    assertThat(store.put("a", "next").revision()).isEqualTo(4);
    assertThat(store.range("a", "").range().getKvs(0).getVersion()).isEqualTo(3);
  }
}
