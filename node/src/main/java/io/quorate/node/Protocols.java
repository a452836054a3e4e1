package io.quorate.node;

import io.quorate.consensus.Protocol;
import io.quorate.consensus.paxos.MultiPaxos;
import io.quorate.consensus.raft.Raft;
import io.quorate.consensus.zab.Zab;
import java.util.List;

/// The protocols that a group may agree by.
public final class Protocols {
  private static final List<Protocol> ALL =
      List.of(Raft.PROTOCOL, MultiPaxos.PROTOCOL, Zab.PROTOCOL);

  private Protocols() {}

  /// Their names, as users choose them.
  public static List<String> names() {
    return ALL.stream().map(Protocol::name).toList();
  }

  /// @throws IllegalArgumentException if none has this name
  public static Protocol named(String name) {
    for (var protocol : ALL) {
      if (protocol.name().equals(name)) {
        return protocol;
      }
    }
    throw new IllegalArgumentException(
        "no protocol is called %s; there are %s".formatted(name, String.join(", ", names())));
  }
}
