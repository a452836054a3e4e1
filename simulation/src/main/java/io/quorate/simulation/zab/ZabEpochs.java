package io.quorate.simulation.zab;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.Input;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.zab.ZabMessage;
import io.quorate.consensus.zab.ZabMessage.Said;
import io.quorate.consensus.zab.ZabRecord;
import io.quorate.simulation.consensus.Decisions;
import io.quorate.simulation.consensus.Member;
import io.quorate.simulation.consensus.Members;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Epochs and their leaders: Z1, Z9, Z13 and Z16.
final class ZabEpochs {
  private record Life(long node, int number) {}

  private record Promise(long node, long epoch) {}

  /// What a member has been told in its present life.
  private static final class Told {
    /// Who has accepted an epoch for it, and who has taken over its history.
    final Map<Long, Set<ReplicaId>> accepted = new TreeMap<>();

    final Map<Long, Set<ReplicaId>> synchronised = new TreeMap<>();

    /// The newest epoch of which COMMIT-LD told it that it is established.
    long established;
  }

  private final Members<ZabFold> members;
  private final Decisions<ZabFold> decisions;
  private final Map<Long, Integer> lives = new TreeMap<>();
  private final Map<Long, Told> told = new TreeMap<>();
  private final Map<Promise, ReplicaId> promises = new LinkedHashMap<>();
  private final Map<Long, Life> leaders = new TreeMap<>();
  private final Map<Long, Point> initialEnds = new TreeMap<>();

  ZabEpochs(Members<ZabFold> members, Decisions<ZabFold> decisions) {
    this.members = members;
    this.decisions = decisions;
  }

  /// The last entry of an epoch's initial history; null if no quorum has accepted that epoch.
  @Nullable Point initialEnd(long epoch) {
    return initialEnds.get(epoch);
  }

  void began(Member<ZabFold> member) {
    lives.merge(member.node(), 1, Integer::sum);
    told.put(member.node(), new Told());
  }

  private Life lifeOf(Member<ZabFold> member) {
    return new Life(member.node(), lives.getOrDefault(member.node(), 0));
  }

  private Told toldTo(Member<ZabFold> member) {
    return told.computeIfAbsent(member.node(), node -> new Told());
  }

  void took(Member<ZabFold> member, Input input) {
    if (!(input instanceof Input.Received(var from, ZabMessage message))) {
      return;
    }
    var its = toldTo(member);
    switch (message) {
      case ZabMessage.AckEpoch answer when answer.promises() -> {
        add(its.accepted, answer.epoch(), from);
        if (from.node() == member.node()) {
          promises(member, from, answer.epoch());
        }
      }
      case ZabMessage.AckLeader answer -> add(its.synchronised, answer.epoch(), from);
      case ZabMessage.Ack answer -> add(its.synchronised, answer.epoch(), from);
      case ZabMessage.FromLeader said when said.said() instanceof Said.CommitLeader ->
          its.established = Math.max(its.established, said.epoch());
      default -> {}
    }
  }

  private static void add(Map<Long, Set<ReplicaId>> to, long epoch, ReplicaId who) {
    to.computeIfAbsent(epoch, e -> new TreeSet<>()).add(who);
  }

  /// Z13: epochs never fall, and no crash lets the current one be above the accepted one; a member
  /// takes an epoch for its current one once its history holds that epoch's initial one.
  void journaled(Member<ZabFold> member, ZabRecord.Promised record) {
    var before = member.memory();
    check(
        record.accepted() >= record.current()
            && record.accepted() >= before.accepted
            && record.current() >= before.current,
        "Z13",
        "node %x journals %s after accepted epoch %d, current %d",
        member.node(),
        record,
        before.accepted,
        before.current);
    var initialEnd = initialEnds.get(record.current());
    check(
        record.current() == before.current || initialEnd == null || before.holds(initialEnd),
        "Z13",
        "node %x takes %d for its current epoch, and lacks %s of its initial history",
        member.node(),
        record.current(),
        initialEnd);
  }

  void said(Member<ZabFold> member, ReplicaId to, ZabMessage message) {
    switch (message) {
      case ZabMessage.AckLeader answer when to.node() == member.node() ->
          completes(member, answer.epoch());
      case ZabMessage.FromLeader said -> {
        boolean discovers =
            said.said() instanceof Said.NewEpoch || said.said() instanceof Said.Ping;
        check(
            discovers || lifeOf(member).equals(leaders.get(said.epoch())),
            "Z1",
            "node %x says %s in epoch %d, which no quorum has accepted for it",
            member.node(),
            said.said(),
            said.epoch());
        if (said.said() instanceof Said.CommitLeader) {
          isEstablished(member, said.epoch());
        }
      }
      default -> {}
    }
  }

  /// Z1, over all lives: an epoch is accepted for one leader.
  void left(Member<ZabFold> member, ReplicaId to, ZabMessage message) {
    if (message instanceof ZabMessage.AckEpoch answer && answer.promises()) {
      promises(member, to, answer.epoch());
    }
  }

  private void promises(Member<ZabFold> member, ReplicaId to, long epoch) {
    var before = promises.putIfAbsent(new Promise(member.node(), epoch), to);
    check(
        before == null || before.equals(to),
        "Z1",
        "node %x accepts epoch %d for %s and for %s",
        member.node(),
        epoch,
        before,
        to);
  }

  /// A leader is through with discovery. Z1: a quorum has accepted its epoch, for it alone. Z9: its
  /// history has all that older epochs have decided.
  private void completes(Member<ZabFold> member, long epoch) {
    var accepted = toldTo(member).accepted.getOrDefault(epoch, Collections.emptySet());
    check(
        members.quorum().elects(accepted::contains),
        "Z1",
        "node %x leads epoch %d, and only %s have accepted it",
        member.node(),
        epoch,
        accepted);
    var life = lifeOf(member);
    var before = leaders.putIfAbsent(epoch, life);
    check(
        before == null || before.equals(life),
        "Z1",
        "epoch %d is led by %s and %s",
        epoch,
        before,
        life);
    decisions
        .behind(member.decided())
        .forEach((index, decision) ->
            check(
                decision.term() >= epoch || member.memory().holds(index, decision.entry()),
                "Z9",
                "node %x leads epoch %d without entry %d, which is decided",
                member.node(),
                epoch,
                index));
    initialEnds.put(epoch, member.memory().last());
  }

  /// Z16: a quorum has the initial history, durably, and the epoch for its current one.
  private void isEstablished(Member<ZabFold> member, long epoch) {
    var synchronised = toldTo(member).synchronised.getOrDefault(epoch, Collections.emptySet());
    check(
        members.quorum().decides(synchronised::contains),
        "Z16",
        "node %x takes epoch %d for established, and only %s are synchronised",
        member.node(),
        epoch,
        synchronised);
  }

  /// Z16: nothing is delivered before the epoch is established, as far as the member knows.
  void decides(Member<ZabFold> member) {
    long epoch = member.memory().current;
    if (lifeOf(member).equals(leaders.get(epoch))) {
      isEstablished(member, epoch);
    } else {
      long established = toldTo(member).established;
      check(
          established == epoch,
          "Z16",
          "node %x delivers in epoch %d, and was told of epoch %d that it is established",
          member.node(),
          epoch,
          established);
    }
  }
}
