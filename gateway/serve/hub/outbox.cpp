#include "gateway/serve/hub/outbox.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <utility>

namespace tickweir::gateway::hub {
namespace {

constexpr std::uint16_t try_again_later = 1013;  // IANA WebSocket close codes
constexpr std::size_t pack_factor = 4;           // kept alive for what is needed, to be worth it
constexpr std::size_t pack_at_chunks_min = 64;

}  // namespace

Outbox::Outbox(const OutboxLimits& limits, book::MemoryBudget* budget)
    : limits_{limits},
      full_bytes_{std::min(limits.slow_bytes, limits.bytes) / 2},
      alarm_bytes_{limits.bytes / 2},
      alarm_frames_{limits.frames / 2},
      pool_{budget},
      budget_{budget} {}

void Outbox::set_limits(const OutboxLimits& limits) {
    limits_ = limits;
    full_bytes_ = std::min(limits.slow_bytes, limits.bytes) / 2;
    alarm_bytes_ = limits.bytes / 2;
    alarm_frames_ = limits.frames / 2;
}

// ---------------------------------------------------------------------------------------- clients

std::optional<std::uint32_t> Outbox::open() {
    if (open_count_ >= limits_.clients || !budget_.try_charge(limits_.client_bytes))
        return std::nullopt;
    if (vacant_.empty()) {
        vacant_.push_back(static_cast<std::uint32_t>(queues_.size()));
        queues_.emplace_back();
        places_.emplace_back();
        // So that a turn allocates nothing.
        due_.reserve(queues_.capacity());
        taken_due_.reserve(queues_.capacity());
    }
    const std::uint32_t client = vacant_.back();
    vacant_.pop_back();
    Place& place = places_[client];
    place = {.generation = place.generation + 1, .open = true, .warned = false, .closing = {}};
    ++open_count_;
    return client;
}

void Outbox::close(std::uint32_t client) {
    ClientQueue& queue = queues_[client];
    queue.clear(pool_, budget_);
    if (queue.due) std::erase(due_, client);
    queue.due = false;
    queue.shut = false;
    places_[client].open = false;
    std::erase(newly_shut_, client);
    std::erase(to_warn_, client);
    budget_.release(limits_.client_bytes);
    vacant_.push_back(client);
    --open_count_;
}

ClientId Outbox::id(std::uint32_t client) const {
    return ClientId{std::uint64_t{places_[client].generation} << 32 | client};
}

std::optional<std::uint32_t> Outbox::find(ClientId id) const {
    const auto bits = static_cast<std::uint64_t>(id);
    const auto client = static_cast<std::uint32_t>(bits);
    if (client >= places_.size() || !places_[client].open ||
        places_[client].generation != static_cast<std::uint32_t>(bits >> 32))
        return std::nullopt;
    return client;
}

// ----------------------------------------------------------------------------------------- frames

std::optional<Frame> Outbox::write(std::string_view payload) {
    auto frame = pool_.write_text(payload);
    if (frame) [[likely]]
        return frame;
    pack_queues();
    frame = pool_.write_text(payload);
    while (!frame && shut_fattest())
        frame = pool_.write_text(payload);
    return frame;
}

void Outbox::sent(std::uint32_t client, std::size_t bytes) {
    ClientQueue& queue = queues_[client];
    queue.consume(bytes, pool_);
    if (queue.bytes() <= limits_.slow_bytes) places_[client].warned = false;
}

void Outbox::on_full(std::uint32_t client, std::size_t added, bool queued) {
    const ClientQueue& queue = queues_[client];
    if (queue.bytes() > full_bytes_ && queue.bytes() - added <= full_bytes_) filled_ = true;
    if (!queued || queue.bytes() > alarm_bytes_ || queue.frames() > alarm_frames_)
        on_alarm(client, queued);
}

void Outbox::on_alarm(std::uint32_t client, bool queued) {
    const ClientQueue& queue = queues_[client];
    if (!queued || queue.bytes() > limits_.bytes || queue.frames() > limits_.frames)
        shut_slow(client);
    else if (!std::exchange(places_[client].warned, true)) {
        // Later: at this moment another frame is on its way to many. But before a burst can fill
        // the rest: who is closed has been warned.
        to_warn_.push_back(client);
        filled_ = true;
    }
}

void Outbox::send_warnings() {
    while (!to_warn_.empty()) {
        const std::uint32_t client = to_warn_.back();
        to_warn_.pop_back();
        if (queues_[client].shut || !places_[client].open) continue;
        std::array<char, 200> text{};
        std::snprintf(text.data(), text.size(),
                      R"({"type":"warning","code":429,"reason":"%zu bytes in %u messages unsent; )"
                      R"(the connection is closed beyond %zu bytes or %zu messages"})",
                      queues_[client].bytes(), queues_[client].frames(), limits_.bytes,
                      limits_.frames);
        if (const auto frame = write(text.data())) send(client, *frame);
    }
}

void Outbox::shut_slow(std::uint32_t client) {
    const ClientQueue& queue = queues_[client];
    std::array<char, sizeof ClientClose::reason> reason{};
    std::snprintf(reason.data(), reason.size(), "too slow: %zu bytes, %u messages unsent",
                  queue.bytes(), queue.frames());
    ++slow_closed_;
    shut(client, try_again_later, reason.data());
}

// ---------------------------------------------------------------------------------------- closing

void Outbox::shut(std::uint32_t client, std::uint16_t code, std::string_view reason) {
    Place& place = places_[client];
    if (place.closing) return;
    place.closing.emplace();
    place.closing->code = code;
    const std::size_t length = std::min(reason.size(), sizeof place.closing->reason - 1);
    std::memcpy(place.closing->reason, reason.data(), length);
    ClientQueue& queue = queues_[client];
    queue.shut = true;
    newly_shut_.push_back(client);
    if (std::exchange(queue.due, true)) return;
    due_.push_back(client);
}

/// The one with the most unsent bytes loses them and is closed. False when nobody has any.
bool Outbox::shut_fattest() {
    const auto fattest = std::ranges::max_element(queues_, {}, &ClientQueue::bytes);
    if (fattest == queues_.end() || fattest->bytes() == 0) return false;
    const auto client = static_cast<std::uint32_t>(fattest - queues_.begin());
    ++slow_closed_;
    shut(client, try_again_later, "too slow: its queue was needed for others");
    fattest->clear(pool_, budget_);
    return true;
}

// ------------------------------------------------------------------------------------------ turns

std::span<const ClientId> Outbox::take_due() {
    taken_due_.clear();
    for (const std::uint32_t client : due_) {
        queues_[client].due = false;
        taken_due_.push_back(id(client));
    }
    due_.clear();
    return taken_due_;
}

void Outbox::tidy() {
    const std::size_t in_use = pool_.chunks_in_use();
    if (in_use > pack_at_chunks_)
        pack_queues();
    else if (in_use > pack_at_chunks_ / 4)
        return;
    pack_at_chunks_ = std::max(pack_at_chunks_min, 2 * pool_.chunks_in_use());
}

void Outbox::pack_queues() {
    for (ClientQueue& queue : queues_) {
        const std::size_t spanned = queue.piece_count() < 2 ? 0 : queue.chunks_spanned();
        const std::size_t needed = queue.bytes() / FramePool::chunk_bytes + 1;
        if (spanned > pack_factor * needed && !queue.pack(pool_, budget_)) return;
    }
}

}  // namespace tickweir::gateway::hub
