package io.quorate.server;

import io.quorate.node.Call;
import io.quorate.node.Unanswered;
import io.quorate.server.http.Health;
import io.quorate.store.Alarm;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the health pages learn of a node.
final class NodeHealth implements Health {
  private final Server server;

  NodeHealth(Server server) {
    this.server = server;
  }

  @Override
  public boolean hasLeader() {
    return server.node().group().leadership().leader() != null;
  }

  @Override
  public boolean hasBegun() {
    return server.outOfService() == null && server.node().group().replica().eraOrNull() != null;
  }

  @Override
  public boolean isLearner() {
    return server.outOfService() == null
        && server.node().group().replica().isLearner(server.node().id());
  }

  @Override
  public List<String> alarms() {
    var store = server.measuredStore();
    return store == null
        ? List.of()
        : store.store().alarms().stream().map(Alarm::name).distinct().toList();
  }

  @Override
  public @Nullable String outOfService() {
    return server.outOfService();
  }

  @Override
  public void read(boolean linearizable, Result result) {
    if (server.outOfService() != null) {
      result.tell(server.outOfService());
    } else if (linearizable) {
      server.node().group().barrier(new Told(result));
    } else {
      result.tell(null); // the store is this process's own, and open
    }
  }

  private record Told(Result result) implements Call<Long> {
    @Override
    public void done(Long index) {
      result.tell(null);
    }

    @Override
    public void unanswered(Unanswered why) {
      result.tell(
          why == Unanswered.STOPPED
              ? "etcdserver: server stopped"
              : "etcdserver: request timed out");
    }
  }
}
