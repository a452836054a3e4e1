package io.quorate.simulation.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What clients asked of a store and were told, in true time.
public final class KvHistory {
  static final long NEVER = Long.MAX_VALUE;

  /// One call. Until it is answered or refused, its outcome is unknown: it may have taken effect at
  /// any time since, or may yet.
  public static final class Call {
    final int number;
    final KvRequest request;

    /// Of the node that was asked: a crash begins another one.
    final int life;

    final long call;
    private long end = NEVER;
    private @Nullable KvAnswer answer;
    private boolean refused;

    private Call(int number, KvRequest request, int life, long call) {
      this.number = number;
      this.request = request;
      this.life = life;
      this.call = call;
    }

    public void answered(long time, KvAnswer what) {
      end = time;
      answer = what;
    }

    /// It took no effect, and never will: so it was told.
    public void refused(long time) {
      end = time;
      refused = true;
    }

    long end() {
      return end;
    }

    @Nullable KvAnswer answer() {
      return answer;
    }

    boolean isRefused() {
      return refused;
    }

    /// Whether it may have changed something that nobody was told of.
    boolean isUnknownWrite() {
      return answer == null && !refused && request.mayWrite();
    }

    @Override
    public String toString() {
      return "call %s at %s-%s of life %s: %s → %s"
          .formatted(
              number,
              call,
              end == NEVER ? "" : Long.toString(end),
              life,
              request,
              refused ? "refused" : answer)
          .replaceAll("x{8,}", "x…");
    }
  }

  private final List<Call> calls = new ArrayList<>();
  private final List<Long> others = new ArrayList<>();
  private final Set<String> otherKeys = new TreeSet<>();

  /// A call begins.
  public Call begin(long time, int life, KvRequest request) {
    var call = new Call(calls.size(), request, life, time);
    calls.add(call);
    return call;
  }

  /// From this time on somebody may write so many times, on a key that no call here is about.
  public void mayBeWritten(String key, int times, long time) {
    otherKeys.add(key);
    for (int i = 0; i < times; i++) {
      others.add(time);
    }
  }

  boolean isWrittenByOthers(String key) {
    return otherKeys.contains(key);
  }

  List<Long> others() {
    return others;
  }

  public List<Call> calls() {
    return calls;
  }

  public int answeredCount() {
    return (int) calls.stream().filter(call -> call.answer != null).count();
  }

  public int unknownCount() {
    return (int) calls.stream().filter(Call::isUnknownWrite).count();
  }
}
