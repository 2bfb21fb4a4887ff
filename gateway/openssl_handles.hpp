// OpenSSL's objects with owners. For the few sources that call OpenSSL themselves.
#pragma once

#include <memory>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

namespace tickweir::gateway {

template <class T, void (*free)(T*)>
struct FreeBy {
    void operator()(T* owned) const { free(owned); }
};
/// BIO_free answers something, so that it is none of the above.
struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using BioPointer = std::unique_ptr<BIO, FreeBio>;
using X509Pointer = std::unique_ptr<X509, FreeBy<X509, X509_free>>;
using KeyPointer = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY, EVP_PKEY_free>>;

}  // namespace tickweir::gateway
