package io.quorate.server.rpc;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The streams that are open, and whether anything is still begun. Belongs to the node's loop.
final class OpenCalls {
  private static final int UNAVAILABLE = 14;
  private static final String STOPPED = "etcdserver: server stopped";

  /// What is told of the end.
  interface Failure {
    void failed(int code, String text);
  }

  private final Set<StreamCall> streams = new LinkedHashSet<>();
  private boolean over;

  /// Takes note of a stream, until [#closed].
  void opened(StreamCall stream) {
    streams.add(stream);
  }

  void closed(StreamCall stream) {
    streams.remove(stream);
  }

  /// How many are open.
  int streams() {
    return streams.size();
  }

  /// Whether nothing is begun any more; then the caller is told so.
  boolean refuses(Failure call) {
    if (over) {
      call.failed(UNAVAILABLE, STOPPED);
    }
    return over;
  }

  /// Ends all streams, and whatever comes from now on: clients go on elsewhere, from where they
  /// were (etcd-140).
  void end() {
    over = true;
    List.copyOf(streams).forEach(stream -> stream.end(UNAVAILABLE, STOPPED));
  }
}
