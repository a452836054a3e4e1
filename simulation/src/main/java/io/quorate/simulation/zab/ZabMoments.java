package io.quorate.simulation.zab;

import io.quorate.consensus.Input;
import io.quorate.consensus.Status;
import io.quorate.consensus.zab.ZabMessage;
import io.quorate.consensus.zab.ZabMessage.Said;
import io.quorate.simulation.consensus.Member;
import io.quorate.simulation.watch.Emission;
import io.quorate.simulation.watch.Moments;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a good set of runs of Zab sees.
final class ZabMoments {
  private final Moments moments;
  private final Map<Long, Status> before = new TreeMap<>();

  ZabMoments(Moments moments) {
    this.moments = moments;
  }

  void began(Member<ZabFold> member) {
    before.remove(member.node());
  }

  void said(Member<ZabFold> member, ZabMessage message) {
    switch (message) {
      case ZabMessage.FromLeader said -> {
        switch (said.said()) {
          case Said.Trunc trunc -> moments.saw("TRUNC");
          case Said.Diff diff -> moments.saw("DIFF");
          case Said.Behind behind -> moments.saw("catch-up in the place of SNAP");
          default -> {}
        }
      }
      case ZabMessage.AckEpoch answer when !answer.promises() ->
          moments.saw("epoch accepted for another leader");
      case ZabMessage.CEpoch question when isFollowing(member) -> moments.saw("link opened anew");
      default -> {}
    }
  }

  private boolean isFollowing(Member<ZabFold> member) {
    var status = before.get(member.node());
    return status != null && isIn(status, "following", "broadcast");
  }

  void stepped(Member<ZabFold> member, List<Input> inputs, List<Emission> emissions, Status after) {
    var status = before.put(member.node(), after);
    if (status == null || !isIn(after, "looking", "election")) {
      return;
    }
    if (isIn(status, "leading", "discovery")) {
      moments.saw("discovery failed");
    } else if (isIn(status, "leading", "broadcast") && inputs.isEmpty()) {
      moments.saw("leader steps down unanswered");
    } else if (inputs.stream().anyMatch(input -> promisesMore(input, status))) {
      moments.saw("leader steps down for a higher promise");
    }
    if (emissions.stream().anyMatch(ZabMoments::handsOver)) {
      moments.saw("leader hands over");
    }
  }

  private static boolean isIn(Status status, String role, String phase) {
    return status.role().equals(role) && status.phase().equals(phase);
  }

  private static boolean promisesMore(Input input, Status status) {
    return isIn(status, "leading", "broadcast")
        && input instanceof Input.Received(var from, ZabMessage.CEpoch question)
        && question.acceptedEpoch() > status.leadership().term();
  }

  private static boolean handsOver(Emission emission) {
    return emission instanceof Emission.Sent(var to, ZabMessage.Notification notification)
        && to.equals(notification.preferred());
  }
}
