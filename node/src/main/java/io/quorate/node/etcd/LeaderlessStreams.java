package io.quorate.node.etcd;

import io.quorate.node.Node;
import io.quorate.node.Rpc;
import io.quorate.node.StreamRpc;
import io.quorate.store.Outcome;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/// Ends the streams whose clients asked for a leader (`hasleader`) once none has been known for
/// some time, so that they go and find a node that knows one (etcd-19, 20).
final class LeaderlessStreams {
  /// Looks in a row at which no leader was known, an election timeout apart.
  private static final int MISSES = 3;

  private final Node<Outcome> node;
  private final Map<StreamRpc.Responses, StreamRpc.Requests> streams = new LinkedHashMap<>();
  private int misses;
  private boolean looking;

  LeaderlessStreams(Node<Outcome> node) {
    this.node = node;
  }

  private boolean isLed() {
    return node.group().leadership().leader() != null;
  }

  /// Opens a stream, and looks after it from now on if its client asks for a leader; without one
  /// that is ended at once.
  ///
  /// @param opening makes its other side, which is told when it is ended
  StreamRpc.Requests open(
      Rpc.Metadata metadata,
      StreamRpc.Responses stream,
      Supplier<? extends StreamRpc.Requests> opening) {
    if (!metadata.requiresLeader()) {
      return opening.get();
    } else if (!isLed()) {
      fail(stream);
      return Deaf.INSTANCE;
    }
    var requests = opening.get();
    streams.put(stream, requests);
    look();
    return requests;
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
            var leaderless = new LinkedHashMap<>(streams);
            streams.clear();
            leaderless.forEach((stream, requests) -> {
              fail(stream);
              requests.cancelled();
            });
          }
          look();
        });
  }

  private static void fail(StreamRpc.Responses stream) {
    stream.failed(ServingNode.Status.NO_LEADER.code(), ServingNode.Status.NO_LEADER.text());
  }
}
