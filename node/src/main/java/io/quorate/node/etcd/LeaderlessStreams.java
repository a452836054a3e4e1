package io.quorate.node.etcd;

import io.quorate.node.Node;
import io.quorate.node.StreamRpc;
import io.quorate.store.Outcome;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Ends the streams whose clients asked for a leader (`hasleader`) once none has been known for
/// some time, so that they go and find a node that knows one (etcd-19, 20).
final class LeaderlessStreams {
  /// Looks in a row at which no leader was known, an election timeout apart.
  private static final int MISSES = 3;

  private final Node<Outcome> node;
  private final Set<StreamRpc.Responses> streams = new LinkedHashSet<>();
  private int misses;
  private boolean looking;

  LeaderlessStreams(Node<Outcome> node) {
    this.node = node;
  }

  private boolean isLed() {
    return node.group().leadership().leader() != null;
  }

  /// Takes a new stream in.
  ///
  /// @return false if it was ended at once
  boolean admit(StreamRpc.Responses stream) {
    if (!isLed()) {
      end(stream);
      return false;
    }
    streams.add(stream);
    look();
    return true;
  }

  void remove(StreamRpc.Responses stream) {
    streams.remove(stream);
  }

  private void look() {
    if (looking || streams.isEmpty()) {
      return;
    }
    looking = true;
    node.after(
        node.timing().election(),
        () -> {
          looking = false;
          misses = isLed() ? 0 : misses + 1;
          if (misses >= MISSES) {
            misses = 0;
            var leaderless = List.copyOf(streams);
            streams.clear();
            leaderless.forEach(LeaderlessStreams::end);
          }
          look();
        });
  }

  private static void end(StreamRpc.Responses stream) {
    stream.failed(ServingNode.Status.NO_LEADER.code(), ServingNode.Status.NO_LEADER.text());
  }
}
