// What a session wants its owner to do. Rare things, so that text may own its memory.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tickweir::gateway {

struct SessionAction {
    enum class Kind : std::uint8_t {
        open,    ///< begin to open a connection
        close,   ///< end it, or the attempt to open it; `text` says why
        send,    ///< send `text` as a frame
        ping,    ///< send a ping of the WebSocket's own
        ask,     ///< GET `text`, question `question`
        cancel,  ///< nobody waits for the answer to `question` any more
        warn,    ///< `text` is of interest to people
    };

    Kind kind{};
    std::uint32_t connection = 0;
    std::uint64_t question = 0;
    std::string text;
    friend bool operator==(const SessionAction&, const SessionAction&) = default;
};

using SessionActions = std::vector<SessionAction>;

}  // namespace tickweir::gateway
