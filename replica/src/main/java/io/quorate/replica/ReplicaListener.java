package io.quorate.replica;

import io.quorate.consensus.BatchId;
import io.quorate.consensus.Leadership;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.Refusal;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What a replica tells its owner. Called during the owner's turn; must not call back into the
/// replica, except to propose or to ask for a barrier.
///
/// @param <R> what a command comes to
public interface ReplicaListener<R> {
  /// A batch of this replica's present life took effect.
  ///
  /// @param results one for each of its commands, in order
  void applied(BatchId id, List<@Nullable R> results);

  /// A batch was put nowhere by this replica: nothing happened.
  void refused(BatchId id, Refusal why);

  void readReady(ReadId id, long index);

  void readLost(ReadId id);

  void leadership(Leadership now);

  /// The state was replaced by a newer one, and with it what is known of batches.
  ///
  /// @param mayTakeEffect whether a batch may still take effect; if not, it has, or never will
  void jumped(Predicate<BatchId> mayTakeEffect);

  /// The applied index has risen.
  void progressed();
}
