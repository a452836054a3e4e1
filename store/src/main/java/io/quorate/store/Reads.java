package io.quorate.store;

import io.quorate.replica.Worker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/// Reads that may take long: the reader does them on a snapshot of the engine, which is taken after
/// all that was applied when they were asked for has reached the engine.
final class Reads {
  /// Short reads that are done on one snapshot, so that under load a read does not cost a hand-off
  /// of its own.
  private static final int TOGETHER = 64;

  /// A state that stands still.
  ///
  /// @param revisions of this state: whoever asks for a revision is judged by them, since what was
  ///   kept when the read was asked for may be gone by now
  record State(EngineView view, EngineKeys keys, Meta.Revisions revisions) {
    static State of(EngineView view) {
      return new State(view, new EngineKeys(view), Meta.revisions(view));
    }
  }

  private static final class Read<T> {
    private final boolean isShort;
    private final Function<State, T> work;
    private final Consumer<T> then;

    Read(boolean isShort, Function<State, T> work, Consumer<T> then) {
      this.isShort = isShort;
      this.work = work;
      this.then = then;
    }

    Runnable answer(State state) {
      var result = work.apply(state);
      return () -> then.accept(result);
    }
  }

  private final SharedEngine engine;
  private final Worker reader;
  private final Drains drains;
  private final ArrayDeque<Read<?>> waiting = new ArrayDeque<>();
  private boolean reading;

  Reads(SharedEngine engine, Worker reader, Drains drains) {
    this.engine = engine;
    this.reader = reader;
    this.drains = drains;
  }

  /// Has the reader do some work; the result comes back on the loop.
  ///
  /// @param isShort whether others may wait for it
  <T> void submit(boolean isShort, Function<State, T> work, Consumer<T> then) {
    var read = new Read<>(isShort, work, then);
    drains.whenDrained(() -> {
      waiting.addLast(read);
      readNext();
    });
  }

  private void readNext() {
    if (reading || waiting.isEmpty()) {
      return;
    }
    reading = true;
    var reads = together();
    engine.run(reader, from -> answers(from, reads), this::answered);
  }

  private static List<Runnable> answers(Engine from, List<Read<?>> reads) {
    var answers = new ArrayList<Runnable>();
    try (var snapshot = from.snapshot()) {
      var state = State.of(snapshot);
      for (var read : reads) {
        answers.add(read.answer(state));
      }
    }
    return answers;
  }

  private List<Read<?>> together() {
    var reads = new ArrayList<Read<?>>();
    reads.add(waiting.removeFirst());
    while (reads.getLast().isShort
        && reads.size() < TOGETHER
        && !waiting.isEmpty()
        && waiting.getFirst().isShort) {
      reads.add(waiting.removeFirst());
    }
    return reads;
  }

  private void answered(List<Runnable> answers) {
    reading = false;
    readNext();
    answers.forEach(Runnable::run);
  }
}
