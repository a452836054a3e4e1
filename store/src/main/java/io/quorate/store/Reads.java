package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
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

  /// Bytes of answers after which the others wait for the next snapshot.
  private static final long TOGETHER_BYTES = 1 << 20;

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

    Answer answer(State state) {
      var result = work.apply(state);
      long bytes = result instanceof Outcome.Done(_, Bytes body) ? body.length() : 0;
      return new Answer(bytes, () -> then.accept(result));
    }
  }

  private record Answer(long bytes, Runnable handOver) {}

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
    engine.run(reader, from -> answers(from, reads), answers -> answered(reads, answers));
  }

  /// Answers at least the first of some reads.
  private static List<Answer> answers(Engine from, List<Read<?>> reads) {
    var answers = new ArrayList<Answer>();
    try (var snapshot = from.snapshot()) {
      var state = State.of(snapshot);
      long bytes = 0;
      for (int i = 0; i < reads.size() && bytes < TOGETHER_BYTES; i++) {
        var answer = reads.get(i).answer(state);
        answers.add(answer);
        bytes += answer.bytes;
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

  private void answered(List<Read<?>> reads, List<Answer> answers) {
    reading = false;
    reads.subList(answers.size(), reads.size()).reversed().forEach(waiting::addFirst);
    readNext();
    answers.forEach(answer -> answer.handOver.run());
  }
}
