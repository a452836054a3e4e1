package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.BatchId;
import io.quorate.consensus.Entry;
import io.quorate.consensus.Era;
import io.quorate.consensus.Leadership;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.Refusal;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ApplierTest {
  private static final ReplicaId SELF = new ReplicaId(1, 1);
  private static final Era ERA = Era.first("raft", List.of(SELF));

  /// Whose storage is slow: it lets nothing be applied, and says later that it is worth asking.
  private final SlowMachine machine = new SlowMachine();

  private final Applier<String> applier =
      new Applier<>(machine, SELF, 1, () -> ERA, () -> 0, new Silent());
  private final EntryIndex index = new EntryIndex();

  /// A state that was replaced may still have work under way. What it says when that is done is not
  /// about what the state in its place waits for.
  @Test
  void whatAReplacedStateSaysWakesNobody() {
    decided(1);
    apply();
    var ofReplaced = machine.asked.getFirst();

    applier.jump(new StateMachine.Durable(new Point(1, 1), kept(1)));
    decided(2);
    apply();
    assertThat(machine.asked).hasSize(2);

    ofReplaced.run();
    assertThat(canApply()).isFalse();
    machine.asked.getLast().run();
    assertThat(canApply()).isTrue();
  }

  @Test
  void whatIsSaidTwiceWakesOnce() {
    decided(1);
    apply();
    machine.asked.getFirst().run();
    apply();
    assertThat(machine.asked).hasSize(2);

    machine.asked.getFirst().run();
    assertThat(canApply()).isFalse();
  }

  private void decided(long at) {
    var commands = Commands.join(List.of(Bytes.of(new byte[] {1})));
    var entry = new Entry(at, 1, new Payload.Batch(new BatchId(SELF, 1, at), commands));
    index.put(List.of(entry), at);
    applier.decided(List.of(entry));
  }

  private void apply() {
    applier.apply(index, Long.MAX_VALUE, 1);
  }

  private boolean canApply() {
    return applier.canApply(index, Long.MAX_VALUE);
  }

  private static Bytes kept(long number) {
    var windows = new BatchWindows();
    windows.add(new BatchId(SELF, 1, number));
    return new Kept(ERA, windows).encode();
  }

  private static final class SlowMachine implements StateMachine<String> {
    final List<Runnable> asked = new ArrayList<>();

    @Override
    public Durable durable() {
      return Durable.NOTHING;
    }

    @Override
    public boolean ready(Iterable<Bytes> commands, Runnable ready) {
      asked.add(ready);
      return false;
    }

    @Override
    public String apply(Bytes command, boolean wanted) {
      throw new AssertionError("applied without being ready");
    }

    @Override
    public void applied(Point point, Supplier<Bytes> kept) {
      throw new AssertionError("applied without being ready");
    }

    @Override
    public void flush(Runnable done) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void image(Consumer<Image> taken) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Installation install(String directory) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void switchTo(Installation installed) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void deleteRemains() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private static final class Silent implements ReplicaListener<String> {
    @Override
    public void applied(BatchId id, List<@Nullable String> results) {}

    @Override
    public void refused(BatchId id, Refusal why) {}

    @Override
    public void readReady(ReadId id, long at) {}

    @Override
    public void readLost(ReadId id) {}

    @Override
    public void leadership(Leadership now) {}

    @Override
    public void jumped(Predicate<BatchId> mayTakeEffect) {}

    @Override
    public void progressed() {}
  }
}
