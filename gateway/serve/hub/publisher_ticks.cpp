// The publisher's updates for those who asked for at most one in N ms.
#include <utility>

#include "gateway/serve/hub/publisher.hpp"

namespace tickweir::gateway::hub {

void Publisher::mark_due(std::uint32_t id) {
    Group& group = parts_.streams.group(id);
    if (!std::exchange(group.due, true)) grid_.add(id, group.cadence, now_);
}

bool Publisher::run_ticks() {
    groups_.clear();
    const bool any = grid_.run(now_, [this](std::uint32_t id) {
        const bool alive = parts_.streams.group(id).stream != nobody;
        parts_.streams.not_due(id);
        if (!alive) return;
        add_to_run(id);
        if (!parts_.streams.group(id).out.empty()) groups_.push_back(id);
    });
    send_run();
    for (const std::uint32_t id : groups_)
        serve_ready(id);
    return any;
}

/// At once, though no tick has come.
void Publisher::flush(std::uint32_t id) {
    add_to_run(id);
    send_run();
    serve_ready(id);
}

/// Queues what the group has missed for those in step, together with what went before it where that
/// is for the same clients.
void Publisher::add_to_run(std::uint32_t id) {
    Group& group = parts_.streams.group(id);
    Stream& stream = parts_.streams.stream(group.stream);
    const std::uint64_t prev = std::exchange(group.last_seq, stream.seq);
    if (prev == stream.seq || group.in_step.empty()) return;
    if (!run_.empty() && (!run_.is_for(group.in_step.clients()) ||
                          parts_.outbox.ends_run(run_.bytes(), run_.parts().size())))
        send_run();
    write_state(stream, prev);
    const auto frame = encoded();
    if (!frame) {
        send_run();
        return shut_all(group.in_step.clients());
    }
    if (run_.empty()) run_.begin(group.in_step.clients());
    run_.add(*frame, {id, prev}, stream.seq - prev - 1);
}

void Publisher::send_run() {
    if (run_.empty()) return;
    const Frame frame = run_.whole();
    std::size_t sent = 0;
    for (const std::uint32_t client : run_.clients()) {
        if (!parts_.outbox.slow(client)) [[likely]] {
            parts_.outbox.send(client, frame);
            ++sent;
            continue;
        }
        for (const FrameRun::Part& part : run_.parts())
            leave_behind(parts_.streams.group(part.group), client, part.prev);
    }
    parts_.counts.conflated += run_.conflated() * sent;
    parts_.counts.frames += run_.parts().size() * sent;
    parts_.counts.frame_bytes += frame.bytes * sent;
    run_.clear();
}

/// Those who were sent something else meanwhile get their own update now.
void Publisher::serve_ready(std::uint32_t id) {
    subscriptions_.clear();
    for (const std::uint32_t out : parts_.streams.group(id).out.subscriptions())
        if (parts_.streams.subscription(out).step == Step::ready) subscriptions_.push_back(out);
    for (const std::uint32_t ready : subscriptions_) {
        const Subscription& subscription = parts_.streams.subscription(ready);
        if (!parts_.outbox.slow(subscription.client)) {
            send_state(ready);
            continue;
        }
        parts_.streams.set_step(ready, Step::behind);
        parts_.streams.set_waiting(ready, true);
    }
}

}  // namespace tickweir::gateway::hub
