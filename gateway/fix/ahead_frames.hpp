// Copies of the messages that wait behind a gap in a client's numbers, as QuickFIX queues them
// inside: that queue has no limit, so this one, which has, decides what gets into it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tickweir::gateway::fix {

struct AheadLimits {
    std::size_t messages = 1'000;
    std::size_t bytes = 1 << 20;
};

class AheadFrames {
public:
    explicit AheadFrames(AheadLimits limits) : limits_{limits} {}

    /// False: it must not be queued; the gap's resend brings it again.
    [[nodiscard]] bool add(std::uint64_t number, std::string_view wire) {
        const auto found = frames_.find(number);
        const std::size_t replaced = found == frames_.end() ? 0 : found->second.size();
        if ((replaced == 0 && frames_.size() >= limits_.messages) ||
            bytes_ - replaced + wire.size() > limits_.bytes)
            return false;
        bytes_ += wire.size() - replaced;
        if (replaced == 0)
            frames_.emplace(number, wire);
        else
            found->second = wire;
        return true;
    }

    /// The message is taken out of the queue.
    std::optional<std::string> take(std::uint64_t number) {
        const auto found = frames_.find(number);
        if (found == frames_.end()) return std::nullopt;
        std::string wire = std::move(found->second);
        bytes_ -= wire.size();
        frames_.erase(found);
        return wire;
    }

    void clear() {
        frames_.clear();
        bytes_ = 0;
    }
    std::size_t size() const { return frames_.size(); }
    std::size_t bytes() const { return bytes_; }

private:
    AheadLimits limits_;
    // Also those that a gap fill has passed: QuickFIX keeps them until the connection ends.
    std::map<std::uint64_t, std::string> frames_;
    std::size_t bytes_ = 0;
};

}  // namespace tickweir::gateway::fix
