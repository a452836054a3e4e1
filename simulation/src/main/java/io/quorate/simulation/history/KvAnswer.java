package io.quorate.simulation.history;

import io.quorate.simulation.history.KvRequest.Found;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a client was told.
///
/// @param revision of the change, or of the state that was read
/// @param succeeded whether the conditions held
/// @param told of each step of the branch that was taken
public record KvAnswer(long revision, boolean succeeded, List<Told> told) {
  /// What was told of one step.
  public sealed interface Told {
    Stream<Found> found();
  }

  /// @param previous null: the key was absent, or nobody asked
  public record OfPut(@Nullable Found previous) implements Told {
    @Override
    public Stream<Found> found() {
      return Stream.ofNullable(previous);
    }
  }

  /// @param previous null: nobody asked
  public record OfDelete(long count, @Nullable List<Found> previous) implements Told {
    @Override
    public Stream<Found> found() {
      return previous == null ? Stream.empty() : previous.stream();
    }
  }

  /// @param count how many keys the range holds, whatever the limit lets through
  public record OfRange(List<Found> kvs, long count, boolean more) implements Told {
    @Override
    public Stream<Found> found() {
      return kvs.stream();
    }
  }

  public static KvAnswer of(long revision, Told told) {
    return new KvAnswer(revision, true, List.of(told));
  }

  /// Whether it tells of a change, which then has that revision.
  boolean wrote() {
    return told.stream()
        .anyMatch(
            each -> each instanceof OfPut || (each instanceof OfDelete(long n, var p) && n > 0));
  }

  public Stream<Found> found() {
    return told.stream().flatMap(Told::found);
  }
}
