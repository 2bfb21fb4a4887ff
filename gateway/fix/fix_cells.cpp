#include "gateway/fix/fix_cells.hpp"

namespace tickweir::gateway::fix {

FixCells::FixCells(Metrics& metrics)
    : connections{metrics.gauge({"tickweir_fix_connections", "Connections to the FIX port"})},
      sessions{metrics.gauge({"tickweir_fix_sessions", "FIX sessions that are configured"})},
      logged_on{metrics.gauge({"tickweir_fix_sessions_logged_on", "FIX sessions logged on"})},
      queued_bytes{metrics.gauge(
          {"tickweir_fix_queued_bytes", "Bytes that FIX clients' sockets have not taken"})},
      accepted{metrics.counter(
          {"tickweir_fix_connections_accepted_total", "Connections accepted at the FIX port"})},
      lockouts{metrics.counter(
          {"tickweir_fix_lockouts_total", "Clients and addresses locked out after failures"})},
      logons{metrics.counter({"tickweir_fix_logons_total", "Sessions that logged on"})},
      received{metrics.counter({"tickweir_fix_received_total", "Messages of FIX clients"})},
      sent{metrics.counter({"tickweir_fix_sent_total", "Messages to FIX clients"})},
      stored{metrics.counter({"tickweir_fix_stored_total",
                              "Messages stored for FIX clients that were not logged on"})},
      resent{metrics.counter({"tickweir_fix_resent_total", "Messages sent again"})},
      resend_requests{
          metrics.counter({"tickweir_fix_resend_requests_total", "ResendRequests of clients"})},
      rejected{metrics.counter(
          {"tickweir_fix_rejected_total", "Messages answered with a reject of ours"})},
      garbled{
          metrics.counter({"tickweir_fix_garbled_total", "Frames of clients that made no sense"})},
      ahead_dropped{metrics.counter({"tickweir_fix_ahead_dropped_total",
                                     "Messages behind a gap for which there was no room"})},
      cut{metrics.counter(
          {"tickweir_fix_slow_closed_total", "Sessions cut because they did not read"})} {
    for (std::size_t i = 1; i < refusal_kinds; ++i)
        refused[i] =
            &metrics.counter({"tickweir_fix_refused_total", "Connections and logons turned away"},
                             {{"reason", std::string{refusal_names[i]}}});
}

void FixCells::count(const FixServerCounts& now, FixServerCounts& before) {
    connections.set(static_cast<std::int64_t>(now.connections));
    accepted.add(now.accepted - before.accepted);
    lockouts.add(now.lockouts - before.lockouts);
    for (std::size_t i = 1; i < refusal_kinds; ++i)
        refused[i]->add(now.refused[i] - before.refused[i]);
    before = now;
}

void FixCells::count(const SessionCounts& now, SessionCounts& before) {
    logons.add(now.logons - before.logons);
    received.add(now.received - before.received);
    sent.add(now.sent - before.sent);
    stored.add(now.sent_to_store - before.sent_to_store);
    resent.add(now.resent - before.resent);
    resend_requests.add(now.resend_requests - before.resend_requests);
    rejected.add(now.rejected - before.rejected);
    garbled.add(now.garbled - before.garbled);
    ahead_dropped.add(now.ahead_dropped - before.ahead_dropped);
    cut.add(now.cut - before.cut);
    before = now;
}

}  // namespace tickweir::gateway::fix
