package io.quorate.simulation.history;

import io.quorate.simulation.history.KvAnswer.OfDelete;
import io.quorate.simulation.history.KvAnswer.OfPut;
import io.quorate.simulation.history.KvAnswer.OfRange;
import io.quorate.simulation.history.KvHistory.Call;
import io.quorate.simulation.history.KvRequest.Found;
import io.quorate.simulation.history.KvRequest.Put;
import io.quorate.simulation.history.KvRequest.Range;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a call was to one key, as an operation on a register that holds a value or nothing. Of
/// revisions it knows nothing.
///
/// @param end [KvHistory#NEVER] if the outcome is unknown: then it may also never have happened
/// @param sees what the register held: null if that is not known
/// @param seesNot what it did not hold: null if that is not known
/// @param writes what it holds afterwards: null if that is unchanged
public record RegisterOp(
    Call by,
    long call,
    long end,
    @Nullable String sees,
    @Nullable String seesNot,
    @Nullable String writes) {
  /// What a register without a value holds. No client writes it.
  static final String NOTHING = "";

  boolean isOptional() {
    return end == KvHistory.NEVER;
  }

  /// Whether something in it tells what the register held.
  boolean observes() {
    return sees != null || seesNot != null;
  }

  RegisterOp endingAt(long time) {
    return new RegisterOp(by, call, time, sees, seesNot, writes);
  }

  boolean fits(String value) {
    return (sees == null || sees.equals(value)) && (seesNot == null || !seesNot.equals(value));
  }

  /// The operations on a key, by the times of their calls.
  ///
  /// @return null if some call writes that key together with others, or in a way that is more than
  ///   an operation on a register
  public static @Nullable List<RegisterOp> on(String key, List<Call> calls) {
    var ops = new ArrayList<RegisterOp>();
    for (var call : calls) {
      if (call.isRefused() || !touches(call, key)) {
        continue;
      }
      if (call.request.mayWrite()) {
        if (!isSingle(call.request, key)) {
          return null;
        }
        ops.add(writing(call));
      } else if (!call.request.serializable()) {
        var op = reading(call, key);
        if (op != null) {
          ops.add(op);
        }
      }
    }
    return ops;
  }

  private static boolean touches(Call call, String key) {
    return call.request.steps().anyMatch(step -> step.keys().contains(key));
  }

  /// A put, a deletion, or a put on a condition that else reads.
  private static boolean isSingle(KvRequest request, String key) {
    return request.steps().allMatch(step -> step.keys().isOne() && step.keys().contains(key))
        && request.conditions().stream().allMatch(condition -> condition.key().equals(key))
        && request.conditions().size() <= 1
        && request.success().size() == 1
        && (request.conditions().isEmpty() || request.success().getFirst() instanceof Put)
        && request.failure().stream().allMatch(step -> step instanceof Range)
        && request.failure().size() <= 1;
  }

  private static RegisterOp writing(Call call) {
    var step = call.request.success().getFirst();
    String writes = step instanceof Put put ? put.value() : NOTHING;
    String expected =
        call.request.conditions().isEmpty()
            ? null
            : text(call.request.conditions().getFirst().expected());
    var answer = call.answer();
    if (answer == null) {
      return new RegisterOp(call, call.call, KvHistory.NEVER, expected, null, writes);
    }
    var told = answer.told().isEmpty() ? null : answer.told().getFirst();
    if (!answer.succeeded()) {
      String sees = told instanceof OfRange range ? found(range) : null;
      return new RegisterOp(call, call.call, call.end(), sees, expected, null);
    }
    if (told instanceof OfDelete(long count, var previous)) {
      if (count == 0) {
        return new RegisterOp(call, call.call, call.end(), NOTHING, null, null);
      }
      String sees = previous == null ? null : text(previous.getFirst());
      return new RegisterOp(call, call.call, call.end(), sees, NOTHING, NOTHING);
    }
    boolean tells = expected == null && step instanceof Put put && put.previous();
    String sees = tells && told instanceof OfPut(var previous) ? text(previous) : expected;
    return new RegisterOp(call, call.call, call.end(), sees, null, writes);
  }

  private static @Nullable RegisterOp reading(Call call, String key) {
    var answer = call.answer();
    if (answer == null || call.request.conditions().size() > 0) {
      return null;
    }
    for (int i = 0; i < answer.told().size(); i++) {
      if (call.request.success().get(i) instanceof Range(var keys, int limit, long at)
          && keys.contains(key)
          && at == 0) {
        var told = (OfRange) answer.told().get(i);
        var found = told.kvs().stream().filter(kv -> kv.key().equals(key)).findFirst().orElse(null);
        boolean cut =
            told.more() && (told.kvs().isEmpty() || told.kvs().getLast().key().compareTo(key) < 0);
        return cut ? null : new RegisterOp(call, call.call, call.end(), text(found), null, null);
      }
    }
    return null;
  }

  private static String found(OfRange told) {
    return told.kvs().isEmpty() ? NOTHING : told.kvs().getFirst().value();
  }

  private static String text(@Nullable Found found) {
    return found == null ? NOTHING : found.value();
  }
}
