// Command kubeconfig answers what kubectl's own loading rules make of kubeconfig files: one JSON object a line on
// standard input (files, KUBECONFIG or an explicit path, a context), one answer a line on standard output.
package main

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/transport"
)

type request struct {
	Folder   string `json:"folder"`
	Env      string `json:"env"`
	Explicit string `json:"explicit"`
	Context  string `json:"context"`
}

type answer struct {
	Error      string              `json:"error"`
	Context    string              `json:"context"`
	Namespace  string              `json:"namespace"`
	Server     string              `json:"server"`
	ServerName string              `json:"serverName"`
	Insecure   bool                `json:"insecure"`
	CAFile     string              `json:"caFile"`
	CA         string              `json:"ca"`
	Proxy      string              `json:"proxy"`
	CertFile   string              `json:"certFile"`
	Cert       string              `json:"cert"`
	KeyFile    string              `json:"keyFile"`
	Key        string              `json:"key"`
	Headers    map[string][]string `json:"headers"`
	Exec       []string            `json:"exec"`
	ExecMode   string              `json:"execMode"`
}

// seen is a transport that keeps the headers of a request and sends nothing.
type seen struct{ headers http.Header }

func (s *seen) RoundTrip(req *http.Request) (*http.Response, error) {
	s.headers = req.Header
	return nil, http.ErrServerClosed
}

func ask(req request) answer {
	rules := &clientcmd.ClientConfigLoadingRules{}
	if req.Explicit != "" {
		rules.ExplicitPath = req.Explicit
	} else {
		os.Setenv("KUBECONFIG", req.Env)
		rules.Precedence = clientcmd.NewDefaultClientConfigLoadingRules().Precedence
	}
	overrides := &clientcmd.ConfigOverrides{CurrentContext: req.Context}
	merged, err := rules.Load()
	if err != nil {
		return answer{Error: err.Error()}
	}
	config := clientcmd.NewNonInteractiveClientConfig(*merged, req.Context, overrides, rules)
	client, err := config.ClientConfig()
	if err != nil {
		return answer{Error: err.Error()}
	}
	namespace, _, err := config.Namespace()
	if err != nil {
		return answer{Error: err.Error()}
	}
	name := req.Context
	if name == "" {
		name = merged.CurrentContext
	}
	result := answer{
		Context: name, Namespace: namespace, Server: client.Host, ServerName: client.ServerName,
		Insecure: client.Insecure, CAFile: client.CAFile, CA: string(client.CAData),
		CertFile: client.CertFile, Cert: string(client.CertData), KeyFile: client.KeyFile, Key: string(client.KeyData),
	}
	if client.AuthProvider != nil {
		return answer{Error: "auth-provider " + client.AuthProvider.Name}
	}
	if client.Proxy != nil {
		if url, err := client.Proxy(&http.Request{}); err == nil && url != nil {
			result.Proxy = url.String()
		}
	}
	if exec := client.ExecProvider; exec != nil {
		result.Exec = append([]string{exec.Command}, exec.Args...)
		for _, env := range exec.Env {
			result.Exec = append(result.Exec, env.Name+"="+env.Value)
		}
		result.ExecMode = string(exec.InteractiveMode)
		client.ExecProvider = nil
	}
	if err := headers(client, &result); err != nil {
		return answer{Error: err.Error()}
	}
	return result
}

// headers asks client-go's own wrappers what they put on a request; no certificate is loaded for it.
func headers(client *rest.Config, result *answer) error {
	bare := rest.AnonymousClientConfig(client)
	bare.TLSClientConfig = rest.TLSClientConfig{}
	bare.BearerToken, bare.BearerTokenFile = client.BearerToken, client.BearerTokenFile
	bare.Username, bare.Password = client.Username, client.Password
	bare.Impersonate = client.Impersonate
	wrapped, err := bare.TransportConfig()
	if err != nil {
		return err
	}
	last := &seen{}
	tripper, err := transport.HTTPWrappersForConfig(wrapped, last)
	if err != nil {
		return err
	}
	outgoing, err := http.NewRequest(http.MethodGet, "https://server.test/", nil)
	if err != nil {
		return err
	}
	_, _ = tripper.RoundTrip(outgoing)
	result.Headers = map[string][]string{}
	for key, values := range last.headers {
		if key != "User-Agent" {
			result.Headers[strings.ToLower(key)] = values
		}
	}
	return nil
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var req request
		if err := json.Unmarshal(line, &req); err != nil {
			panic(err)
		}
		if req.Folder != "" {
			if err := os.Chdir(filepath.Clean(req.Folder)); err != nil {
				panic(err)
			}
		}
		data, err := json.Marshal(ask(req))
		if err != nil {
			panic(err)
		}
		out.Write(append(data, '\n'))
		out.Flush()
	}
}
