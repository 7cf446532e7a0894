{{- define "countersign.labels" -}}
app.kubernetes.io/name: countersign
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
{{- define "countersign.settings" -}}
{{- $audit := merge (dict "directory" "/var/lib/countersign/audit") (default dict .Values.settings.audit) -}}
{{- $telemetry := merge (dict "listen" "0.0.0.0:9464") (default dict .Values.settings.telemetry) -}}
{{- $files := dict "policy" "policy.yaml" "users" "/etc/countersign/users/users.yaml" "audit" $audit "telemetry" $telemetry -}}
{{- $all := merge $files (deepCopy .Values.settings) -}}
{{- if gt (int .Values.replicas) 1 -}}
{{- $member := printf "%s-peers.%s.svc.cluster.local:5701" .Release.Name .Release.Namespace -}}
{{- $network := dict "listen" (printf "%s:5701" .Values.podNetwork) "members" (list $member) "instances" (int .Values.replicas) -}}
{{- $all = merge (dict "cluster-network" $network) $all -}}
{{- end -}}
{{ toYaml $all }}
{{- end }}
