package io.quorate.node.etcd;

import io.quorate.node.Rpc;
import io.quorate.node.StreamRpc;
import io.quorate.node.watch.WatchHub;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// etcd's `Watch` (etcd-102 to 151): local to the node, so it goes on without a leader.
final class WatchService {
  /// The timer of progress notifications is looked at so often in an interval.
  private static final int TICKS = 10;

  private final ServingNode member;
  private final WatchHub hub;
  private final LeaderlessStreams leaderless;
  private final int fragmentBytes;
  private final long tick;
  private final Set<WatchStream> streams = new LinkedHashSet<>();
  private boolean ticking;

  /// @param progressInterval nanoseconds after which silent watchers that ask for it are told how
  ///   far they have seen
  /// @param fragmentBytes responses from this size on are cut for clients that ask for it
  WatchService(
      ServingNode member,
      WatchHub hub,
      LeaderlessStreams leaderless,
      long progressInterval,
      int fragmentBytes) {
    this.member = member;
    this.hub = hub;
    this.leaderless = leaderless;
    this.fragmentBytes = fragmentBytes;
    this.tick = progressInterval / TICKS;
    member.group().onProgress(hub::flush);
  }

  void addTo(Map<String, StreamRpc> rpcs) {
    rpcs.put("etcdserverpb.Watch/Watch", this::open);
  }

  private StreamRpc.Requests open(Rpc.Metadata metadata, StreamRpc.Responses responses) {
    return leaderless.open(metadata, responses, () -> open(responses));
  }

  private WatchStream open(StreamRpc.Responses responses) {
    var stream = new WatchStream(member, hub, responses, fragmentBytes, TICKS, this::closed);
    streams.add(stream);
    responses.request();
    tick();
    return stream;
  }

  private void closed(WatchStream stream, StreamRpc.Responses responses) {
    streams.remove(stream);
    leaderless.remove(responses);
  }

  /// One timer for all streams: they come and go, and an interval is long.
  private void tick() {
    if (ticking || streams.isEmpty()) {
      return;
    }
    ticking = true;
    member
        .node()
        .after(
            tick,
            () -> {
              ticking = false;
              hub.flush();
              List.copyOf(streams).forEach(WatchStream::tick);
              tick();
            });
  }
}
