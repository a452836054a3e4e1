package io.quorate.node.etcd;

import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Call;
import io.quorate.node.Node;
import io.quorate.node.Unanswered;
import io.quorate.store.Command;
import io.quorate.store.KvStore;
import io.quorate.store.NodeEntry;
import io.quorate.store.Outcome;
import io.quorate.store.Publication;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Keeps the directory of nodes true: the first leader writes down whom the cluster begins with,
/// and each node, once it can be reached by clients, what it is called and where.
public final class Publishing {
  private final Node<Outcome> node;
  private final KvStore store;
  private final Publication own;
  private boolean underWay;

  /// @param own what this node tells of itself
  public Publishing(Node<Outcome> node, KvStore store, Publication own) {
    this.node = node;
    this.store = store;
    this.own = own;
    node.group().onProgress(this::check);
    node.group().onLeadership(now -> check());
  }

  private void check() {
    var group = node.group();
    if (underWay || group.leadership().leader() == null) {
      return;
    }
    if (store.directory().isEmpty()) {
      if (group.leadership().isLedBy(group.replica().id())) {
        propose(Command.Type.DIRECTORY, NodeEntry.LIST_CODEC.encode(beginning()));
      }
      return;
    }
    var entry = entry();
    if (entry != null && !isPublished(entry)) {
      propose(Command.Type.PUBLISH, Publication.CODEC.encode(own));
    }
  }

  private @Nullable NodeEntry entry() {
    for (var entry : store.directory()) {
      if (entry.id() == own.node()) {
        return entry;
      }
    }
    return null;
  }

  private boolean isPublished(NodeEntry entry) {
    return entry.name().equals(own.name())
        && entry.clientUrls().equals(own.clientUrls())
        && entry.version().equals(own.version());
  }

  private List<NodeEntry> beginning() {
    var entries = new ArrayList<NodeEntry>();
    for (var member : node.members().nodes().values()) {
      var disk = member.id() == node.id() ? node.disk() : node.disks().get(member.id());
      var id = disk == null ? Bytes.of(new byte[16]) : disk.bytes();
      entries.add(new NodeEntry(member.id(), id, "", member.peerUrls(), List.of(), "", 0));
    }
    return entries;
  }

  private void propose(Command.Type type, Bytes request) {
    underWay = true;
    node.group()
        .propose(
            Command.of(type, request).encode(),
            new Call<>() {
              @Override
              public void done(Outcome outcome) {
                underWay = false;
              }

              @Override
              public void unanswered(Unanswered why) {
                underWay = false;
              }
            });
  }
}
