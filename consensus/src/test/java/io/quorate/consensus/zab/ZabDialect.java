package io.quorate.consensus.zab;

import io.quorate.consensus.Entry;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Message;
import io.quorate.consensus.Point;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Status;
import io.quorate.consensus.script.Dialect;
import io.quorate.consensus.script.Scene;
import io.quorate.consensus.script.Words;
import io.quorate.consensus.zab.ZabMessage.Said;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// How a transcript words Zab's messages and records: an entry is index@epoch and what it holds, a
/// link is life/number of the follower, and #N is the number of what is said on it.
///
/// Commands of its own: `history MEMBER EPOCH…` (entries that it starts with) and `epochs MEMBER
/// ACCEPTED CURRENT`.
final class ZabDialect implements Dialect {
  @Override
  public Protocol protocol() {
    return Zab.PROTOCOL;
  }

  @Override
  public String term(long term) {
    return "epoch " + term;
  }

  @Override
  public String of(Status status) {
    return "%s, %s, epoch %s, decided %s, last %s%s"
        .formatted(
            status.role(),
            status.phase(),
            status.leadership().term(),
            status.decided(),
            status.last(),
            status.peers().stream()
                .map(peer ->
                    ", %s %s up to %s".formatted(peer.id().node(), peer.state(), peer.matched()))
                .collect(Collectors.joining()));
  }

  @Override
  public List<JournalRecord> records(String command, List<String> arguments) {
    return switch (command) {
      case "history" -> List.of(new ZabRecord.History(1, entries(arguments)));
      case "epochs" ->
          List.of(
              new ZabRecord.Promised(
                  Long.parseLong(arguments.get(0)), Long.parseLong(arguments.get(1))));
      default -> throw new IllegalArgumentException("no command: " + command);
    };
  }

  /// Entries of which only the epochs matter.
  private static List<Entry> entries(List<String> epochs) {
    var entries = new ArrayList<Entry>();
    for (int i = 1; i <= epochs.size(); i++) {
      long epoch = Long.parseLong(epochs.get(i - 1));
      entries.add(new Entry(i, epoch, Scene.batch(epoch * 100 + i, "x" + i)));
    }
    return entries;
  }

  @Override
  public String of(JournalRecord record) {
    return switch ((ZabRecord) record) {
      case ZabRecord.Promised(long accepted, long current) ->
          "accepted epoch %s, current %s".formatted(accepted, current);
      case ZabRecord.History(long from, var entries) ->
          "from %s %s".formatted(from, Words.of(entries));
      case ZabRecord.Truncated(long last) -> "nothing behind %s".formatted(last);
    };
  }

  @Override
  public String of(Message message) {
    return switch ((ZabMessage) message) {
      case ZabMessage.Notification n ->
          "%s round %s, %s at e%s %s%s%s"
              .formatted(
                  n.state().name().toLowerCase(java.util.Locale.ROOT),
                  n.round(),
                  vote(n.vote()),
                  n.currentEpoch(),
                  n.last(),
                  n.reaches() ? "" : ", reaches no quorum",
                  n.preferred() == null ? "" : ", prefers " + n.preferred().node());
      case ZabMessage.CEpoch(var link, long accepted) -> "CEPOCH %s e%s".formatted(link, accepted);
      case ZabMessage.AckEpoch(var link, long epoch, boolean promises, long current, var ends) ->
          "ACK-E %s e%s%s, current e%s, history %s"
              .formatted(link, epoch, promises ? "" : " (not to be counted)", current, of(ends));
      case ZabMessage.AckLeader(var link, long epoch) -> "ACK-LD %s e%s".formatted(link, epoch);
      case ZabMessage.Ack(var link, long epoch, long upTo) ->
          "ACK %s e%s up to %s".formatted(link, epoch, upTo);
      case ZabMessage.Pong(var link, long epoch, long round) ->
          "pong %s e%s r%s".formatted(link, epoch, round);
      case ZabMessage.FromLeader(var link, long epoch, long number, var said) ->
          "%s #%s e%s %s".formatted(link, number, epoch, of(said));
    };
  }

  private static String vote(@Nullable ReplicaId vote) {
    return vote == null ? "no vote" : "vote " + vote.node();
  }

  private static String of(List<Point> ends) {
    return ends.stream().map(Point::toString).collect(Collectors.joining(" "));
  }

  private static String of(Said said) {
    return switch (said) {
      case Said.NewEpoch() -> "NEWEPOCH";
      case Said.Trunc(var to) -> "TRUNC " + to;
      case Said.Diff(var entries) -> "DIFF " + Words.of(entries);
      case Said.Behind(long committed) -> "behind, committed " + committed;
      case Said.NewLeader() -> "NEWLEADER";
      case Said.CommitLeader(long committed) -> "COMMIT-LD " + committed;
      case Said.Propose(var entries, long committed) ->
          "PROPOSE %s committed %s".formatted(Words.of(entries), committed);
      case Said.Commit(long upTo) -> "COMMIT " + upTo;
      case Said.Ping(long round, boolean repeat) ->
          "ping r%s%s".formatted(round, repeat ? ", repeat" : "");
    };
  }
}
