package io.quorate.simulation;

import static io.quorate.simulation.Scenario.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.quorate.api.AlarmRequest;
import io.quorate.api.AlarmRequest.AlarmAction;
import io.quorate.api.AlarmType;
import io.quorate.api.CompactionRequest;
import io.quorate.api.DefragmentRequest;
import io.quorate.api.DeleteRangeRequest;
import io.quorate.api.LeaseGrantRequest;
import io.quorate.api.PutRequest;
import io.quorate.api.StatusRequest;
import io.quorate.api.StatusResponse;
import io.quorate.consensus.raft.Raft;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Rpc;
import io.quorate.store.Outcome;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class QuotaTest {
  private static final String DONE = "done";
  private static final String NO_SPACE = "8 etcdserver: mvcc: database space exceeded";

  private final Scenario scenario = Scenario.ofThree(Raft.PROTOCOL);
  private final World<Outcome> world = scenario.world;
  private SimulatedHost<Outcome> node;
  private SimulatedHost<Outcome> other;
  private Bytes response = Bytes.EMPTY;

  QuotaTest() {
    scenario.quota(20_000);
    scenario.begin();
    node = scenario.followers().get(0);
    other = scenario.followers().get(1);
  }

  private String call(SimulatedHost<Outcome> at, String method, MessageLite request) {
    var answers = new ArrayList<String>();
    scenario.call(
        at,
        "etcdserverpb." + method,
        request,
        new Rpc.Reply() {
          @Override
          public void done(Bytes body) {
            response = body;
            answers.add(DONE);
          }

          @Override
          public void failed(int code, String text) {
            answers.add(code + " " + text);
          }
        });
    scenario.until(() -> !answers.isEmpty(), 10 * SECOND);
    assertThat(answers).hasSize(1);
    return answers.getFirst();
  }

  private static PutRequest put(String key) {
    return PutRequest.newBuilder()
        .setKey(ByteString.copyFromUtf8(key))
        .setValue(ByteString.copyFrom(new byte[1_000]))
        .build();
  }

  private String alarm(AlarmAction action, long of) {
    return call(
        node,
        "Maintenance/Alarm",
        AlarmRequest.newBuilder()
            .setAction(action)
            .setMemberID(of)
            .setAlarm(AlarmType.NOSPACE)
            .build());
  }

  /// Puts until a node refuses.
  private String fill(SimulatedHost<Outcome> at) {
    var answer = DONE;
    for (int i = 0; i < 100 && answer.equals(DONE); i++) {
      answer = call(at, "KV/Put", put("key " + i));
    }
    return answer;
  }

  @Test
  void whoeverIsFullHasPutsRefusedEverywhere() throws Exception { // etcd-23, 24
    assertThat(fill(node)).isEqualTo(NO_SPACE);
    assertThat(call(other, "KV/Put", put("another"))).isEqualTo(NO_SPACE);
    assertThat(call(scenario.leader(), "KV/Put", put(""))).isEqualTo(NO_SPACE); // etcd-8
    assertThat(call(other, "Lease/LeaseGrant", LeaseGrantRequest.newBuilder().setTTL(60).build()))
        .isEqualTo(NO_SPACE);
    call(other, "Maintenance/Status", StatusRequest.getDefaultInstance());
    var status = StatusResponse.parseFrom(response.toArray());
    assertThat(status.getDbSizeQuota()).isEqualTo(20_000);
    assertThat(status.getErrorsList())
        .contains(
            "memberID:%s alarm:NOSPACE ".formatted(Long.toUnsignedString(node.id()))); // etcd-M2
  }

  @Test
  void whoDeletesCompactsDefragmentsAndDisarmsMayPutAgain() { // etcd-M7
    fill(node);
    var all =
        DeleteRangeRequest.newBuilder()
            .setKey(ByteString.copyFrom(new byte[1]))
            .setRangeEnd(ByteString.copyFrom(new byte[1]))
            .build();
    assertThat(call(other, "KV/DeleteRange", all)).isEqualTo(DONE);
    long revision = scenario.store(other).revision();
    var compaction = CompactionRequest.newBuilder().setRevision(revision).setPhysical(true).build();
    assertThat(call(other, "KV/Compact", compaction)).isEqualTo(DONE);
    world.run(SECOND);
    assertThat(call(other, "KV/Put", put("another"))).isEqualTo(NO_SPACE);
    for (var host : world.hosts()) {
      assertThat(call(host, "Maintenance/Defragment", DefragmentRequest.getDefaultInstance()))
          .isEqualTo(DONE);
    }
    world.run(SECOND);
    for (var host : world.hosts()) {
      alarm(AlarmAction.DEACTIVATE, host.id());
    }
    assertThat(call(node, "KV/Put", put("another"))).isEqualTo(DONE);
    assertThat(call(other, "KV/Put", put("another"))).isEqualTo(DONE);
  }

  @Test
  void anAlarmThatWasEndedElsewhereRefusesNothing() {
    alarm(AlarmAction.ACTIVATE, 1);
    assertThat(call(other, "KV/Put", put("a"))).isEqualTo(NO_SPACE);
    for (int i = 0; i < 20; i++) {
      alarm(AlarmAction.ACTIVATE, 1);
      alarm(AlarmAction.DEACTIVATE, 1);
      assertThat(call(other, "KV/Put", put("a"))).isEqualTo(DONE);
    }
  }
}
