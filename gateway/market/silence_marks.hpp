// Which mark a feed still owes its shards when it falls silent and is heard again. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

namespace tickweir::gateway {

class SilenceMarks {
public:
    enum class Mark : std::uint8_t { stale, live };

    /// The silence began to matter.
    void on_silent() {
        if (told_)
            pending_.reset();  // the end of the last one was not told yet
        else
            pending_ = Mark::stale;
    }
    /// The feed was heard again.
    void on_heard() {
        if (told_) pending_ = Mark::live;
    }

    /// What has to be told before anything else.
    std::optional<Mark> pending() const { return pending_; }
    /// It was.
    void sent() { told_ = *std::exchange(pending_, std::nullopt) == Mark::stale; }

private:
    std::optional<Mark> pending_;
    bool told_ = false;  // shards take the books for stale
};

}  // namespace tickweir::gateway
