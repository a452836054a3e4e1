package io.quorate.simulation.history;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a client asks of a store: if all conditions hold, the steps of success, else those of
/// failure, as one. Every simpler request is a case of it.
///
/// @param serializable whether the answer may be stale: of requests that only read
public record KvRequest(
    List<Condition> conditions, List<Step> success, List<Step> failure, boolean serializable) {

  /// A key and the value that it had from a revision on.
  public record Found(String key, String value, long revision) {}

  /// What of a key a condition looks at.
  public enum Target {
    REVISION,
    VALUE
  }

  /// That a key is as it was found.
  ///
  /// @param expected null: that it is absent
  public record Condition(String key, Target target, @Nullable Found expected) {}

  /// From a key on.
  ///
  /// @param to the first key beyond; null: the one key
  public record Keys(String from, @Nullable String to) {
    public static Keys one(String key) {
      return new Keys(key, null);
    }

    public boolean isOne() {
      return to == null;
    }

    boolean contains(String key) {
      return to == null ? key.equals(from) : key.compareTo(from) >= 0 && key.compareTo(to) < 0;
    }
  }

  /// A part of a request.
  public sealed interface Step {
    Keys keys();

    default boolean writes() {
      return !(this instanceof Range);
    }
  }

  /// @param previous whether the answer tells what was there before
  public record Put(String key, String value, boolean previous) implements Step {
    @Override
    public Keys keys() {
      return Keys.one(key);
    }
  }

  /// @param previous whether the answer tells what was there before
  public record Delete(Keys keys, boolean previous) implements Step {}

  /// @param limit at most so many keys; 0: all
  /// @param at the revision to read at; 0: the newest
  public record Range(Keys keys, int limit, long at) implements Step {}

  public static KvRequest of(Step step) {
    return new KvRequest(List.of(), List.of(step), List.of(), false);
  }

  public static KvRequest read(Range range, boolean serializable) {
    return new KvRequest(List.of(), List.of(range), List.of(), serializable);
  }

  public Stream<Step> steps() {
    return Stream.concat(success.stream(), failure.stream());
  }

  public List<Step> branch(boolean succeeded) {
    return succeeded ? success : failure;
  }

  /// Whether it writes this key, if one of its branches is taken.
  public boolean mayWrite(String key) {
    return steps().anyMatch(step -> step.writes() && step.keys().contains(key));
  }

  public boolean mayWrite() {
    return steps().anyMatch(Step::writes);
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    if (!conditions.isEmpty()) {
      text.append("if ").append(conditions).append(' ');
    }
    text.append(success);
    if (!failure.isEmpty()) {
      text.append(" else ").append(failure);
    }
    return text.append(serializable ? " serializable" : "").toString();
  }
}
