// What a session needs of its connection: somewhere to put whole messages, and its end.
#pragma once

#include <cstddef>
#include <string_view>

namespace tickweir::gateway::fix {

class SessionLine {
public:
    /// Queues one message. False: there is no room, nothing was queued.
    [[nodiscard]] virtual bool append(std::string_view wire) = 0;
    /// Bytes that the socket has not taken.
    virtual std::size_t queued() const = 0;
    /// Closes once what is queued has left; nothing is read any more.
    virtual void hang_up() = 0;
    /// Closes without that: the client does not read.
    virtual void cut() = 0;

protected:
    ~SessionLine() = default;
};

}  // namespace tickweir::gateway::fix
