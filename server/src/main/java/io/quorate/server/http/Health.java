package io.quorate.server.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the health pages ask the node.
public interface Health {
  /// What etcd's alarm is called that tells of damaged data.
  String CORRUPT = "CORRUPT";

  boolean hasLeader();

  /// Whether the node is part of a cluster that has agreed on anything yet.
  boolean hasBegun();

  boolean isLearner();

  /// Which alarms are raised, by etcd's names for them.
  List<String> alarms();

  /// Why the node is out of every quorum for good, such as damage; null if it is not.
  @Nullable String outOfService();

  /// Reads from the store, as a client would; tells null, or what went wrong.
  void read(boolean linearizable, Result result);

  /// Takes what a check found.
  interface Result {
    /// @param error what is wrong; null if nothing is
    void tell(@Nullable String error);
  }
}
